package io.webhookmemory.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.admin.deadletter.DeadLetter;
import io.webhookmemory.admin.deadletter.DeadLetterTopic;
import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.testkit.TopicWriter;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.Headers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code admin dlt …} against a broker; nothing else runs, so that what was written can be counted. */
class DeadLetterCommandsIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private KafkaForTests kafka;

    @BeforeEach
    void startKafka() {
        kafka = KafkaForTests.withTopics(Map.of("TOPICS_PARTITIONS", "2"));
        try (TopicWriter letters = new TopicWriter(kafka.bootstrapServers())) {
            letters.deadEvent(TopicWriter.event("Accounts", "101", "101"), "http_415", 0)
                    .deadEvent(TopicWriter.event("Deals", "102", "101"), "http_415", 0)
                    .deadEvent(TopicWriter.event("Deals", "103", "900"), "http_500", 1)
                    .deadEvent(TopicWriter.event("Notes", "104", "900"), "http_500", 3)
                    .deadJob("account_900")
                    .deadBytes("105", "no event");
        }
    }

    @AfterEach
    void stopKafka() {
        kafka.close();
    }

    @Test
    void letters_are_listed_filtered_and_shown() throws Exception {
        assertThat(run("dlt", "list").out())
                .contains("6 dead letters", "update Deals 102", "graph of account_900", "unreadable: not JSON")
                .containsPattern("2 {2}http_415");
        List<JsonNode> deals = lines(run("dlt", "list", "--module", "Deals", "--output", "json"));
        assertThat(deals)
                .extracting(letter -> letter.path("record_id").asText())
                .containsExactlyInAnyOrder("102", "103");
        assertThat(lines(run("dlt", "list", "--account", "900", "--reason", "http_500", "--output", "json")))
                .hasSize(2);
        assertThat(lines(run("dlt", "list", "--record", "account_900", "--output", "json")))
                .hasSize(1);
        assertThat(lines(run("dlt", "list", "--since", "1h", "--output", "json")))
                .hasSize(6);
        assertThat(lines(run("dlt", "list", "--since", "99999d", "--output", "json")))
                .as("before there was a time that Kafka knows")
                .hasSize(6);
        assertThat(lines(run("dlt", "list", "--until", "1h", "--output", "json")))
                .isEmpty();

        String id = deals.get(0).path("id").asText();
        assertThat(run("dlt", "show", id).out()).contains("dlt-reason", "ce_id", "\"event_id\"", "record 10");
        CommandRun missing = run("dlt", "show", id, "0:999");
        assertThat(missing).returns(1, CommandRun::code);
        assertThat(missing.err()).isEqualTo("Not found: 0:999\n");
    }

    @Test
    void a_filter_takes_modules_in_any_case_and_says_so_where_it_leaves_nothing() {
        assertThat(run("dlt", "list", "--module", "deals").out()).contains("2 dead letters");
        for (String command : List.of("list", "redrive", "discard")) {
            CommandRun misspelt = run("dlt", command, "--reason", "http415");

            assertThat(misspelt).returns(0, CommandRun::code);
            assertThat(misspelt.out()).contains("No dead letter matches the filter");
        }
    }

    @Test
    void json_has_every_letter_unless_a_maximum_is_given_and_text_says_what_it_left_out() {
        try (TopicWriter letters = new TopicWriter(kafka.bootstrapServers())) {
            for (int i = 0; i < 150; i++) {
                letters.deadBytes("many-" + i, "no event");
            }
        }

        assertThat(lines(run("dlt", "list", "--output", "json"))).hasSize(156);
        assertThat(lines(run("dlt", "list", "--output", "json", "--max", "2"))).hasSize(2);
        assertThat(run("dlt", "list").out()).contains("156 dead letters, 100 of them listed");
    }

    @Test
    void a_dry_run_counts_by_reason_and_writes_nothing() throws Exception {
        CommandRun dry = run("dlt", "redrive", "--dry-run", "--output", "json");

        assertThat(json(dry).path("by_reason").path("http_415").asInt()).isEqualTo(2);
        assertThat(json(dry).path("handled").asInt()).isEqualTo(4);
        assertThat(onTopic(Topics.WEBHOOKS)).isEmpty();
        assertThat(onTopic(Topics.DLT_HANDLED)).isEmpty();
    }

    @Test
    void a_letter_goes_back_once_to_where_the_pipeline_begins_without_its_failures() throws Exception {
        CommandRun first = run("dlt", "redrive", "--module", "Deals", "--output", "json");
        CommandRun again = run("dlt", "redrive", "--module", "Deals", "--output", "json");

        assertThat(first).returns(0, CommandRun::code);
        assertThat(json(first).path("handled").asInt()).isEqualTo(2);
        assertThat(json(again).path("handled").asInt()).isZero();
        List<ConsumerRecord<String, byte[]>> sent = onTopic(Topics.WEBHOOKS);
        assertThat(sent).extracting(ConsumerRecord::key).containsExactlyInAnyOrder("102", "103");
        assertThat(sent).allSatisfy(record -> {
            assertThat(record.headers())
                    .noneMatch(header ->
                            header.key().startsWith("dlt-") || header.key().startsWith("retry-"));
            assertThat(header(record, Headers.REPLAY_ID))
                    .hasValueSatisfying(id -> assertThat(id).startsWith("redrive-"));
            assertThat(header(record, Headers.REDRIVE_OF))
                    .hasValueSatisfying(of -> assertThat(of).startsWith("memory.sync.dlt-"));
            assertThat(header(record, Headers.TRACEPARENT)).isPresent();
            assertThat(header(record, Headers.CE_ID)).contains("event-" + record.key());
            assertThat(header(record, Headers.REDRIVE_COUNT))
                    .contains(record.key().equals("102") ? "1" : "2");
        });
        assertThat(lines(run("dlt", "list", "--output", "json")))
                .as("the others still wait")
                .hasSize(4);
        assertThat(run("dlt", "list", "--all").out()).contains("redriven");
    }

    @Test
    void a_filtered_run_and_a_maximum_leave_the_others_for_later_runs() throws Exception {
        CommandRun one = run("dlt", "redrive", "--max", "1", "--reason", "http_415", "--output", "json");
        assertThat(json(one).path("handled").asInt()).isEqualTo(1);

        CommandRun rest = run("dlt", "redrive");

        assertThat(rest.code()).as("the loop guard and the unreadable one").isEqualTo(1);
        assertThat(rest.out()).contains("3 dead letters redriven", "1 left: redriven too often", "1 left: unreadable");
        assertThat(onTopic(Topics.WEBHOOKS))
                .extracting(ConsumerRecord::key)
                .containsExactlyInAnyOrder("101", "102", "103");
        assertThat(onTopic(Topics.COGNIFY)).singleElement().satisfies(job -> {
            assertThat(job.key()).isEqualTo("account_900");
            assertThat(job.headers().lastHeader(Headers.REPLAY_ID)).isNull();
        });

        assertThat(run("dlt", "redrive", "--force").out()).contains("1 dead letter redriven");
        assertThat(onTopic(Topics.WEBHOOKS)).hasSize(4);
    }

    @Test
    void discarded_letters_are_neither_listed_nor_sent_back() {
        assertThat(run("dlt", "discard").code()).as("everything must be meant").isEqualTo(2);
        assertThat(run("dlt", "discard", "--reason", "http_500,invalid_event").out())
                .contains("3 dead letters discarded");

        assertThat(run("dlt", "list").out()).contains("3 dead letters").doesNotContain("http_500");
        assertThat(run("dlt", "redrive", "--force").out()).contains("3 dead letters redriven");
        assertThat(onTopic(Topics.WEBHOOKS)).extracting(ConsumerRecord::key).containsExactlyInAnyOrder("101", "102");
    }

    @Test
    void a_letter_that_was_asked_for_by_its_id_and_does_not_wait_is_told_of() throws Exception {
        String id = lines(run("dlt", "list", "--reason", "http_415", "--output", "json"))
                .get(0)
                .path("id")
                .asText();

        CommandRun discarded = run("dlt", "discard", "--id", id);
        CommandRun redriven = run("dlt", "redrive", "--id", id + ",0:999");

        assertThat(discarded).returns(0, CommandRun::code);
        assertThat(discarded.out()).isEqualTo("""
                         1  http_415
                1 dead letter discarded.
                """);
        assertThat(redriven).returns(1, CommandRun::code);
        assertThat(redriven.out()).isEqualTo("""
                0 dead letters redriven.
                %1$s left: handled before, or not found; see "dlt list --all --id %1$s".
                """.formatted(id.startsWith("0") ? id + ",0:999" : "0:999," + id));
        assertThat(run("dlt", "discard", "--letter", "0:999", "--output", "json")
                        .code())
                .isEqualTo(1);
    }

    @Test
    void wrong_use_is_told_in_a_line_and_where_help_is() {
        CommandRun misspelt = run("dtl");
        CommandRun noTime = run("dlt", "redrive", "--since", "yesterday");
        CommandRun backwards = run("dlt", "redrive", "--since", "2026-02-01", "--until", "2026-01-01");

        assertThat(misspelt).returns(2, CommandRun::code);
        assertThat(misspelt.err()).isEqualTo("""
                Unmatched argument at index 0: 'dtl'
                Run "admin --help" for help.
                """);
        assertThat(noTime).returns(2, CommandRun::code);
        assertThat(noTime.err().lines())
                .hasSize(2)
                .anyMatch(line -> line.contains("'yesterday' is not a time"))
                .contains("Run \"admin dlt redrive --help\" for help.");
        assertThat(backwards).returns(2, CommandRun::code);
        assertThat(backwards.err())
                .contains("--since (2026-02-01T00:00:00Z) must be before --until (2026-01-01T00:00:00Z)");
    }

    @Test
    void reading_ends_when_it_is_asked_to() {
        StopSignal stop = new StopSignal();
        stop.stop();
        List<DeadLetter> read = new ArrayList<>();

        try (DeadLetterTopic topic = new DeadLetterTopic(settings(), stop)) {
            topic.deadLetters(Optional.empty(), read::add);
        }

        assertThat(read).isEmpty();
    }

    private KafkaSettings settings() {
        return KafkaSettings.from(
                new SettingsReader(new Environment(Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers()))));
    }

    @Test
    void what_is_no_letter_and_no_count_is_wrong_use() {
        assertThat(run("dlt", "show", "0-1").err()).contains("'0-1' is not a dead letter id");
        assertThat(run("dlt", "redrive", "--letter", "17").err()).contains("'17' is not a dead letter id");
        assertThat(run("dlt", "list", "--max", "0").err()).contains("--max must be 1 or more");
        assertThat(run("dlt", "redrive", "--max-redrives", "-1").err()).contains("--max-redrives must be 0 or more");
        assertThat(run("dlt", "redrive", "--rate", "Infinity")).returns(2, CommandRun::code);
        assertThat(onTopic(Topics.DLT_HANDLED)).isEmpty();
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(kafka.bootstrapServers(), arguments);
    }

    private List<ConsumerRecord<String, byte[]>> onTopic(String topic) {
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), topic)) {
            return reader.toEnd(LIMIT);
        }
    }

    private static Optional<String> header(ConsumerRecord<?, ?> record, String name) {
        return Headers.get(record.headers(), name);
    }

    private static JsonNode json(CommandRun run) throws Exception {
        return Json.MAPPER.readTree(run.out());
    }

    private static List<JsonNode> lines(CommandRun run) {
        return run.out().lines().map(DeadLetterCommandsIT::read).toList();
    }

    private static JsonNode read(String line) {
        try {
            return Json.MAPPER.readTree(line);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
