package io.webhookmemory.admin;

import static io.webhookmemory.admin.trace.JourneyRecords.announced;
import static io.webhookmemory.admin.trace.JourneyRecords.deadLetter;
import static io.webhookmemory.admin.trace.JourneyRecords.document;
import static io.webhookmemory.admin.trace.JourneyRecords.event;
import static io.webhookmemory.admin.trace.JourneyRecords.received;
import static io.webhookmemory.admin.trace.JourneyRecords.rejected;
import static io.webhookmemory.admin.trace.JourneyRecords.retry;
import static io.webhookmemory.admin.trace.JourneyRecords.routed;
import static io.webhookmemory.admin.trace.JourneyRecords.tombstone;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.admin.trace.Place;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code admin trace} over a mixed history on a broker; no service runs, so that the history stays as it is. */
class TraceCommandIT {
    private static final int TOPICS_WITH_RECORDS = 13;

    private static KafkaForTests kafka;
    private static KafkaProducer<String, byte[]> producer;
    private static Instant begin;
    private static String discarded;

    @BeforeAll
    static void writeTheHistory() throws Exception {
        begin = Instant.now().minusSeconds(60);
        kafka = KafkaForTests.withTopics(Map.of("TOPICS_PARTITIONS", "2"));
        producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer());
        accepted("101");
        WebhookEvent first = accepted("102");
        send(received(event("repeat-102", first.eventType(), "102", "open", begin.plusSeconds(5))));
        WebhookEvent bad = event("event-103", EventType.UPDATE, "103", "open", begin);
        RecordMetadata origin = send(received(bad));
        send(rejected(bad, new Place(origin.topic(), origin.partition(), origin.offset()), "module not allowed"));
        routedEvent("104");
        discarded = id(send(deadLetter(routedEvent("105"), begin.plusSeconds(1))));
        String redriven = id(send(deadLetter(routedEvent("106"), begin.plusSeconds(1))));
        send(deadLetter(routedEvent("107"), begin.plusSeconds(1)));
        accepted("108");
        WebhookEvent delete = event("delete-108", EventType.DELETE, "108", "open", begin.plusSeconds(10));
        send(received(delete));
        send(routed(delete));
        send(tombstone("108", delete.timestamp(), begin.plusSeconds(12)));
        accepted("109");
        WebhookEvent newer = event("newer-109", EventType.UPDATE, "109", "won", begin.plusSeconds(20));
        send(received(newer));
        send(routed(newer));
        send(document("109", "data-2", newer.timestamp(), begin.plusSeconds(22)));
        send(rejectedWebhook());
        send(routed(event("refresh:event-101:110", EventType.REFRESH, "110", "open", begin)));

        kafka.skip(Topics.PROCESSOR_GROUP, List.of(Topics.WEBHOOKS));
        kafka.skip(Topics.SINK_GROUP, Topics.ofModules(Topics.DEFAULT_MODULES));
        WebhookEvent waiting = event("event-104", EventType.UPDATE, "104", "open", begin);
        send(retry(1, waiting, begin.plusSeconds(2), Instant.now().plus(Duration.ofHours(1))));
        assertThat(run("dlt", "discard", "--id", discarded).code()).isZero();
        assertThat(run("dlt", "redrive", "--id", redriven).code()).isZero();
    }

    @AfterAll
    static void stop() {
        producer.close();
        kafka.close();
    }

    @Test
    void a_record_in_memory_has_its_journey_from_receipt_to_memory() throws Exception {
        CommandRun run = run("trace", "--record", "101");

        assertThat(run).returns(0, CommandRun::code).returns("", CommandRun::err);
        assertThat(run.out().lines().filter(line -> line.startsWith("20")))
                .extracting(line -> line.replaceAll("^\\S+ +(\\S+( memory)?) .*", "$1"))
                .containsExactly("received", "routed", "changing", "in memory");
        assertThat(run.out())
                .contains(
                        "create Deals, signed",
                        "trace 4bf92f3577b34da6a3ce929d0e0e4736",
                        "account 77 named by the record",
                        "\nevent    event-101\n",
                        "memory   document data-101 in account_77, sha256 hash-data-101")
                .containsPattern("now {6}in memory as of \\S+, event event-101\n");
        JsonNode json = json("trace", "--record", "101");
        assertThat(json.path("memory").path("state").asText()).isEqualTo("document");
        assertThat(json.path("conclusion").path("sentence").asText()).startsWith("in memory as of ");
        assertThat(json.toString()).as("names of fields only").doesNotContain("\"open\"");
    }

    @Test
    void it_reads_one_partition_of_each_topic_and_says_so() throws Exception {
        JsonNode reading = json("trace", "--record", "101").path("reading");

        assertThat(reading.path("partitions")).hasSize(TOPICS_WITH_RECORDS);
        assertThat(reading.path("partitions"))
                .extracting(range -> range.path("topic").asText())
                .doesNotHaveDuplicates()
                .contains(
                        Topics.WEBHOOKS, Topics.REJECTED, "zoho.deals", Topics.retry(3), Topics.DLT, Topics.DIRECTORY);
        assertThat(reading.path("records").asLong()).isPositive();
        assertThat(reading.path("complete").asBoolean()).isTrue();

        JsonNode ofEvent = json("trace", "--event", "event-101").path("reading");
        assertThat(ofEvent.path("partitions"))
                .as("all partitions of the first topic, then one of each")
                .hasSize(TOPICS_WITH_RECORDS + 2);
    }

    @Test
    void every_state_has_its_conclusion() throws Exception {
        assertThat(state("--record", "102")).isEqualTo("in_memory");
        assertThat(sentence("--event", "repeat-102")).startsWith("duplicate of event event-102");
        assertThat(sentence("--record", "103"))
                .isEqualTo("rejected by the stream-processor: module not allowed, event event-103");
        assertThat(sentence("--record", "104")).matches("waiting: retry 1 due in \\d+ s, http_503, event event-104");
        assertThat(sentence("--record", "105"))
                .startsWith("dead letter " + discarded + ", http_415, was discarded at ");
        assertThat(sentence("--record", "106")).startsWith("on its way: the stream-processor has not finished it");
        assertThat(sentence("--record", "107")).matches("dead letter \\d:\\d+, http_415, event event-107");
        assertThat(sentence("--record", "108")).matches("deleted from memory as of \\S+, event delete-108");
        assertThat(sentence("--event", "event-109"))
                .matches("superseded by event newer-109, which memory shows as of \\S+");
        assertThat(sentence("--record", "109")).matches("in memory as of \\S+, event newer-109");
    }

    @Test
    void an_event_is_found_by_its_id_and_only_its_steps_are_told() throws Exception {
        JsonNode found = json("trace", "--event", "event-106");

        assertThat(found.path("record_id").asText()).isEqualTo("106");
        assertThat(steps(found)).containsExactly("received", "routed", "dead_lettered", "handled", "received");
        assertThat(steps(json("trace", "--event", "newer-109"))).containsExactly("received", "routed", "in_memory");
        assertThat(json("trace", "--event", "newer-109", "--record", "109").path("conclusion"))
                .isEqualTo(json("trace", "--event", "newer-109").path("conclusion"));
    }

    @Test
    void an_event_of_the_pipeline_itself_is_found_by_the_record_in_its_id() throws Exception {
        JsonNode found = json("trace", "--event", "refresh:event-101:110");

        assertThat(found.path("record_id").asText()).isEqualTo("110");
        assertThat(steps(found)).containsExactly("routed");
    }

    @Test
    void a_rejected_webhook_is_found_by_the_senders_id() throws Exception {
        JsonNode found = json("trace", "--event", "sender-7");

        assertThat(found.path("conclusion").path("sentence").asText())
                .isEqualTo("rejected by the ingress: module is missing, event sender-7");
        assertThat(steps(found)).containsExactly("rejected");
    }

    @Test
    void an_unknown_id_was_not_seen_and_ends_with_1() {
        for (List<String> what : List.of(List.of("--record", "999"), List.of("--event", "no-such-event"))) {
            CommandRun run = run("trace", what.get(0), what.get(1), "--since", "2h");

            assertThat(run).returns(1, CommandRun::code);
            assertThat(run.out()).contains("not seen: no such id on any topic since ");
        }
    }

    @Test
    void what_is_older_than_the_time_range_is_known_from_the_directory_alone() throws Exception {
        JsonNode found = json("trace", "--record", "101", "--since", "1s");

        assertThat(steps(found)).containsExactly("changing", "in_memory");
        assertThat(found.path("conclusion").path("event_id").asText()).isEqualTo("event-101");
    }

    @Test
    void wrong_use_is_told_and_nothing_is_read() {
        assertThat(run("trace"))
                .returns(2, CommandRun::code)
                .returns("", CommandRun::out)
                .satisfies(run -> assertThat(run.err()).contains("--record or --event is required"));
        assertThat(run("trace", "--record", " ").err()).contains("--record must not be empty");
        assertThat(run("trace", "--record", "101", "--since", "yesterday")).returns(2, CommandRun::code);
        assertThat(run("trace", "--record", "101", "--output", "yaml")).returns(2, CommandRun::code);
    }

    private static WebhookEvent accepted(String recordId) {
        WebhookEvent event = event("event-" + recordId, EventType.CREATE, recordId, "open", begin);
        send(received(event));
        send(routed(event));
        send(announced(event, "hash-data-" + recordId, begin.plusSeconds(1)));
        send(document(recordId, "data-" + recordId, event.timestamp(), begin.plusSeconds(2)));
        return event;
    }

    private static WebhookEvent routedEvent(String recordId) {
        WebhookEvent event = event("event-" + recordId, EventType.UPDATE, recordId, "open", begin);
        send(received(event));
        send(routed(event));
        return event;
    }

    /** As the ingress writes it: without a key. */
    private static ProducerRecord<String, byte[]> rejectedWebhook() {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(Topics.REJECTED, null, "{}".getBytes(StandardCharsets.UTF_8));
        Headers.put(record.headers(), Headers.REJECTED_REASON, "module is missing");
        Headers.put(record.headers(), Headers.REJECTED_BY, "ingress");
        Headers.put(record.headers(), Headers.REJECTED_EVENT_ID, "sender-7");
        return record;
    }

    private static RecordMetadata send(ProducerRecord<String, byte[]> record) {
        try {
            return producer.send(record).get();
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String id(RecordMetadata written) {
        return written.partition() + ":" + written.offset();
    }

    private static List<String> steps(JsonNode journey) {
        return StreamSupport.stream(journey.path("steps").spliterator(), false)
                .map(step -> step.path("step").asText())
                .toList();
    }

    private static String state(String... what) throws Exception {
        return conclusion(what).path("state").asText();
    }

    private static String sentence(String... what) throws Exception {
        return conclusion(what).path("sentence").asText();
    }

    private static JsonNode conclusion(String... what) throws Exception {
        return json("trace", what[0], what[1]).path("conclusion");
    }

    private static JsonNode json(String... arguments) throws Exception {
        String[] all = Stream.concat(Stream.of(arguments), Stream.of("--output", "json"))
                .toArray(String[]::new);
        return Json.MAPPER.readTree(run(all).out());
    }

    private static CommandRun run(String... arguments) {
        return CommandRun.of(kafka.bootstrapServers(), arguments);
    }
}
