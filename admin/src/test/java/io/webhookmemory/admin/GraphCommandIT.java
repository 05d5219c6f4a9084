package io.webhookmemory.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.testkit.TopicWriter;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.CognifyRequest;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.wire.JsonSerde;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Graphs that Cognee lost are requested again. */
class GraphCommandIT {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final Map<String, String> TWO_PARTITIONS = Map.of("TOPICS_PARTITIONS", "2");

    @AutoClose
    private final KafkaForTests kafka = KafkaForTests.withTopics(TWO_PARTITIONS);

    @BeforeEach
    void fillTheDirectory() {
        try (TopicWriter letters = new TopicWriter(kafka.bootstrapServers())) {
            letters.directory("1", document("account_a"))
                    .directory("2", document("account_a"))
                    .directory("3", document("account_old"))
                    .directory("3", document("account_b"))
                    .directory("4", new DirectoryEntry("Deals", "c", "account_c", null, null, TIME))
                    .flush();
        }
    }

    @Test
    void all_requests_each_dataset_with_documents_once() {
        CommandRun run = run("--all");

        assertThat(run).returns(0, CommandRun::code);
        assertThat(run.out()).contains("2 documents  account_a", "1 documents  account_b", "2 graphs requested.");
        assertThat(requests(1)).extracting(CognifyRequest::dataset).containsExactlyInAnyOrder("account_a", "account_b");
        assertThat(requests(1)).extracting(CognifyRequest::critical).containsOnly(false);
    }

    @Test
    void a_dry_run_lists_and_requests_nothing() {
        assertThat(run("--all", "--dry-run").out()).contains("2 graphs would be requested.");
        assertThat(requests(0)).isEmpty();
    }

    @Test
    void a_named_dataset_is_requested_and_one_without_documents_is_said() {
        CommandRun run = run("--dataset", "account_b,account_c");

        assertThat(run).returns(1, CommandRun::code);
        assertThat(run.err()).contains("Without documents: account_c");
        assertThat(requests(1)).extracting(CognifyRequest::dataset).containsExactly("account_b");
    }

    @Test
    void neither_or_both_of_the_options_is_wrong_use() {
        assertThat(run()).returns(2, CommandRun::code);
        assertThat(run("--all", "--dataset", "account_a")).returns(2, CommandRun::code);
    }

    private CommandRun run(String... options) {
        List<String> words = new ArrayList<>(List.of("graph", "rebuild"));
        words.addAll(List.of(options));
        return CommandRun.of(kafka.bootstrapServers(), TWO_PARTITIONS, words.toArray(String[]::new));
    }

    private List<CognifyRequest> requests(int expected) {
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), Topics.COGNIFY)) {
            return reader.until(Duration.ofMinutes(1), messages -> messages.size() >= expected).stream()
                    .map(message -> JsonSerde.cognifyRequest().fromBytes(message.value()))
                    .toList();
        }
    }

    private static DirectoryEntry document(String dataset) {
        return new DirectoryEntry("Deals", "a", dataset, "data", "sha", TIME);
    }
}
