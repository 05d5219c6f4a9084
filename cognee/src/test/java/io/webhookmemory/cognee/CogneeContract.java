package io.webhookmemory.cognee;

import static io.webhookmemory.cognee.Documents.add;
import static io.webhookmemory.cognee.Documents.deal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What the sink relies on in Cognee, whichever Cognee it is: documents, and here datasets, graphs, access, and several
 * calls at once.
 */
abstract class CogneeContract extends BatchContract {

    @Test
    void it_says_that_it_can_work() {
        assertThat(cognee.isAvailable()).isTrue();
    }

    @Test
    void it_says_that_its_llm_can_work_too() {
        assertThat(cognee.canBuildGraphs()).isTrue();
    }

    @Test
    void a_graph_is_built_of_new_documents_only_and_it_is_told_whether_there_were_any() {
        assertThat(cognee.cognify(dataset)).isFalse();
        String first = add(cognee, dataset, deal("1", "Deals 1"));
        assertThat(cognee.cognify(dataset)).isTrue();
        assertThat(cognee.cognify(dataset)).isFalse();

        add(cognee, dataset, deal("2", "Deals 2"));
        assertThat(cognee.cognify(dataset)).isTrue();
        cognee.delete(dataset, first);

        assertThat(cognee.cognify(dataset)).isFalse();
    }

    @Test
    void a_graph_can_be_built_again_and_again() {
        add(cognee, dataset, deal("1", "Deals 1"));
        cognee.cognify(dataset);
        cognee.cognify(dataset);
        add(cognee, dataset, deal("2", "Deals 2"));

        assertThatNoException().isThrownBy(() -> cognee.cognify(dataset));
    }

    @Test
    void a_dataset_that_nobody_made_is_empty_and_can_be_deleted() {
        assertThat(cognee.list(dataset)).isEmpty();
        assertThatNoException().isThrownBy(() -> {
            cognee.delete(dataset, UUID.randomUUID().toString());
            cognee.cognify(dataset);
            cognee.deleteDataset(dataset);
        });
    }

    @Test
    void a_dataset_that_another_client_deleted_is_gone_for_this_one_too() {
        String dataId = add(cognee, dataset, deal("1", "Deals 1"));
        newClient().deleteDataset(dataset);

        assertThat(cognee.list(dataset)).isEmpty();
        assertThatNoException().isThrownBy(() -> {
            cognee.delete(dataset, dataId);
            cognee.cognify(dataset);
            cognee.deleteDataset(dataset);
        });
    }

    @Test
    void a_cached_dataset_id_holds_when_another_client_deleted_the_dataset_and_made_it_anew() throws Exception {
        add(cognee, dataset, deal("1", "Deals 1"));
        String before = datasetId();
        newClient().deleteDataset(dataset);

        String dataId = add(newClient(), dataset, deal("2", "Deals 2"));

        assertThat(datasetId()).isEqualTo(before);
        assertThat(cognee.list(dataset)).extracting(StoredDocument::dataId).containsExactly(dataId);
    }

    @Test
    void a_dataset_name_that_is_not_allowed_is_refused_for_good_and_left_behind_empty() throws Exception {
        String notAllowed = newDataset(" not allowed");

        assertThat(failureOf(() -> add(cognee, notAllowed, deal("1", "Deals 1"))))
                .isEqualTo(new Failure.Permanent("bad_dataset_name"));
        assertThat(datasetId(notAllowed)).isNotEmpty();
        assertThat(cognee.list(notAllowed)).isEmpty();
    }

    @Test
    void an_unknown_dataset_is_answered_for_as_a_forbidden_one() throws Exception {
        String unknown = UUID.randomUUID().toString();

        assertThat(call("GET", "/datasets/" + unknown + "/data").statusCode()).isEqualTo(403);
        assertThat(call("DELETE", "/datasets/" + unknown).statusCode()).isEqualTo(403);
        HttpResponse<String> ofData = call("DELETE", "/datasets/" + unknown + "/data/" + unknown);
        assertThat(ofData.statusCode()).isEqualTo(401);
        assertThat(error(ofData).errorName()).contains("UnauthorizedDataAccessError");
        HttpResponse<String> ofGraph = postJson("/cognify", "{\"dataset_ids\":[\"" + unknown + "\"]}");
        assertThat(ofGraph.statusCode()).isEqualTo(isVersion15() ? 500 : 403);
        assertThat(error(ofGraph).meantStatus()).isEqualTo(403);
    }

    @Test
    void wrong_credentials_are_nobodys_fault_where_any_are_asked_for() throws Exception {
        CogneeClient wrongKey = newClientWith(Map.of("COGNEE_API_KEY", "wrong"));
        CogneeClient wrongPassword =
                newClientWith(Map.of("COGNEE_USERNAME", "nobody@example.com", "COGNEE_PASSWORD", "wrong"));

        assertThat(failureOf(() -> wrongPassword.list(dataset))).isEqualTo(new Failure.Outage("login_refused"));
        if (asksForCredentials()) {
            assertThat(failureOf(() -> wrongKey.list(dataset))).isEqualTo(new Failure.Outage("http_401"));
        } else {
            assertThat(wrongKey.list(dataset)).isEmpty();
        }
    }

    @Test
    void documents_of_several_datasets_can_be_written_at_once() {
        List<String> names =
                IntStream.range(0, 4).mapToObj(i -> newDataset("_" + i)).toList();

        names.stream()
                .map(name -> CompletableFuture.runAsync(() -> {
                    String old = add(cognee, name, deal("1", "Deals 1"));
                    add(cognee, name, deal("2", "Deals 2"));
                    cognee.delete(name, old);
                    cognee.cognify(name);
                }))
                .toList()
                .forEach(CompletableFuture::join);

        assertThat(names)
                .allSatisfy(name -> assertThat(cognee.list(name))
                        .extracting(StoredDocument::name)
                        .containsExactly("Deals_2"));
    }

    @Test
    void while_a_graph_is_built_its_dataset_can_be_read_and_what_changes_it_succeeds() {
        String old = add(cognee, dataset, deal("0", "Deals 0"));
        CompletableFuture<Void> graph =
                CompletableFuture.runAsync(() -> newClient().cognify(dataset));
        List<String> names = new ArrayList<>();
        do {
            String recordId = String.valueOf(names.size() + 1);
            assertThat(cognee.list(dataset)).hasSize(names.size() + 1);
            add(cognee, dataset, deal(recordId, "Deals " + recordId));
            names.add("Deals_" + recordId);
        } while (!graph.isDone());
        graph.join();

        CompletableFuture<Void> second =
                CompletableFuture.runAsync(() -> newClient().cognify(dataset));
        cognee.delete(dataset, old);
        cognee.cognify(dataset);
        second.join();

        assertThat(cognee.list(dataset)).extracting(StoredDocument::name).containsExactlyInAnyOrderElementsOf(names);
    }

    /** The second client gives up waiting, or not, depending on how long the graph takes: it comes to the same. */
    @Test
    void a_settled_dataset_shows_what_was_added_by_clients_that_have_gone_meanwhile() {
        graphsTake(Duration.ofSeconds(2));
        add(cognee, dataset, deal("0", "Deals 0"));
        CompletableFuture<Void> graph =
                CompletableFuture.runAsync(() -> newClient().cognify(dataset));
        try {
            add(newImpatientClient(), dataset, deal("1", "Deals 1"));
        } catch (MemoryException e) {
            assertThat(e.failure().reason()).isEqualTo("timeout");
        }

        cognee.settle(dataset);

        assertThat(cognee.list(dataset))
                .extracting(StoredDocument::name)
                .containsExactlyInAnyOrder("Deals_0", "Deals_1");
        graph.join();
    }

    @Test
    void nothing_is_under_way_in_a_dataset_that_nobody_made() {
        cognee.settle(dataset);

        assertThat(cognee.list(dataset)).isEmpty();
    }

    @Test
    void a_dataset_that_two_clients_make_at_once_is_one_and_whoever_is_refused_may_try_again() throws Exception {
        CompletableFuture<Void> other =
                CompletableFuture.runAsync(() -> withOneRepeat(() -> add(newClient(), dataset, deal("2", "Deals 2"))));
        withOneRepeat(() -> add(cognee, dataset, deal("1", "Deals 1")));
        other.join();

        assertThat(datasetId()).isNotEmpty();
        assertThat(cognee.list(dataset))
                .extracting(StoredDocument::name)
                .containsExactlyInAnyOrder("Deals_1", "Deals_2");
    }

    @Test
    void what_meets_the_deletion_of_its_dataset_may_fail_in_passing_and_succeeds_when_repeated() {
        add(cognee, dataset, deal("1", "Deals 1"));

        CompletableFuture<Void> deletion =
                CompletableFuture.runAsync(() -> newClient().deleteDataset(dataset));
        CompletableFuture<Void> graph =
                CompletableFuture.runAsync(() -> withOneRepeat(() -> newClient().cognify(dataset)));
        withOneRepeat(() -> cognee.delete(dataset, UUID.randomUUID().toString()));
        deletion.join();
        graph.join();

        assertThat(cognee.list(dataset)).isEmpty();
    }

    private static void withOneRepeat(Runnable call) {
        try {
            call.run();
        } catch (MemoryException e) {
            assertThat(e.failure()).isInstanceOf(Failure.Transient.class);
            call.run();
        }
    }
}
