package io.webhookmemory.cognee;

import static io.webhookmemory.cognee.Documents.deals;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.testkit.cognee.CogneeVersion;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the client makes of a dataset that changes while it is listed, and of many datasets. */
class ListingIT {
    private static final String DATASET = "account_1";
    private static final int PAGE = 1000;

    private final CogneeDouble server = CogneeDouble.start();
    private final CogneeClient cognee = client();
    private final CogneeClient other = client();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_document_is_not_missed_that_a_deletion_moves_to_a_page_that_was_read() {
        List<String> dataIds = new ArrayList<>(add(0, 2 * PAGE + 50));
        // The newest: it is on the first page, and what is on the second one moves up.
        String newest = dataIds.remove(dataIds.size() - 1);
        onPage(2, () -> other.delete(DATASET, newest));

        assertThat(cognee.list(DATASET))
                .extracting(StoredDocument::dataId)
                .containsExactlyInAnyOrderElementsOf(dataIds);
    }

    @Test
    void a_document_is_listed_once_that_an_add_moves_to_the_next_page() {
        List<String> dataIds = new ArrayList<>(add(0, PAGE + 50));
        onPage(2, () -> dataIds.addAll(((AddResult.Added) other.add(DATASET, deals(DATASET, 5000, 5003))).dataIds()));

        assertThat(cognee.list(DATASET))
                .extracting(StoredDocument::dataId)
                .containsExactlyInAnyOrderElementsOf(dataIds);
    }

    @Test
    void exactly_a_full_page_is_all_there_is() {
        assertThat(cognee.list(DATASET)).isEmpty();
        add(0, PAGE);

        assertThat(cognee.list(DATASET)).hasSize(PAGE);
    }

    @Test
    void a_small_dataset_takes_one_page_and_one_count() {
        add(0, 120);

        cognee.list(DATASET);

        assertThat(server.calls("list")).isEqualTo(1);
        assertThat(server.calls("count")).isEqualTo(1);
    }

    @Test
    void a_dataset_that_changes_during_every_pass_is_tried_again_later() {
        Deque<String> dataIds = new ArrayDeque<>(add(0, PAGE + 50));
        server.onCall(kind -> {
            if (kind.equals("count")) {
                other.delete(DATASET, dataIds.pop());
            }
            if (kind.equals("list")) {
                other.delete(DATASET, dataIds.pop());
            }
        });

        assertThat(catchThrowableOfType(MemoryException.class, () -> cognee.list(DATASET))
                        .failure())
                .isEqualTo(new Failure.Transient("listing_unsettled", Optional.empty()));
    }

    @Test
    void a_version_without_pages_is_asked_once() {
        server.version(CogneeVersion.V1_6_0);
        add(0, PAGE + 50);

        assertThat(cognee.list(DATASET)).hasSize(PAGE + 50);
        assertThat(server.calls("list")).isEqualTo(1);
    }

    @Test
    void whether_conflicts_are_named_is_asked_again_when_the_server_was_away() {
        server.version(CogneeVersion.V1_5);
        assertThat(cognee.namesConflicts()).isFalse();
        server.version(CogneeVersion.V1_6);
        assertThat(cognee.namesConflicts()).as("known").isFalse();

        server.unavailable(true);
        assertThat(catchThrowableOfType(MemoryException.class, () -> cognee.list(DATASET))
                        .failure())
                .isEqualTo(new Failure.Outage("http_503"));
        server.unavailable(false);

        assertThat(cognee.namesConflicts()).isTrue();
    }

    @Test
    void a_dataset_that_does_not_fit_into_the_cache_of_ids_is_found() {
        for (int i = 0; i < 5; i++) {
            other.add("account_" + i, deals(DATASET, 0, 1));
        }
        DatasetIds ids = new DatasetIds(new CogneeHttp(settings(), new SimpleMeterRegistry()), 1);

        for (int i = 0; i < 5; i++) {
            assertThat(ids.find("account_" + i)).isPresent();
        }
        assertThat(ids.find("account_9")).isEmpty();
    }

    private void onPage(int number, Runnable change) {
        int[] pages = {0};
        server.onCall(kind -> {
            if (kind.equals("list") && ++pages[0] == number) {
                change.run();
            }
        });
    }

    private List<String> add(int from, int to) {
        List<String> dataIds = new ArrayList<>();
        for (int first = from; first < to; first += 500) {
            AddResult result = cognee.add(DATASET, deals(DATASET, first, Math.min(to, first + 500)));
            dataIds.addAll(((AddResult.Added) result).dataIds());
        }
        return dataIds;
    }

    private CogneeClient client() {
        return CogneeClient.create(settings(), new SimpleMeterRegistry());
    }

    private CogneeSettings settings() {
        return CogneeSettings.from(new SettingsReader(new Environment(Map.of("COGNEE_URL", server.url()))));
    }
}
