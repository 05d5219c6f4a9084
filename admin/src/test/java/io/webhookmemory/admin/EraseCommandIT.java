package io.webhookmemory.admin;

import static io.webhookmemory.admin.trace.JourneyRecords.deadLetter;
import static io.webhookmemory.admin.trace.JourneyRecords.document;
import static io.webhookmemory.admin.trace.JourneyRecords.event;
import static io.webhookmemory.admin.trace.JourneyRecords.received;
import static io.webhookmemory.admin.trace.JourneyRecords.rejected;
import static io.webhookmemory.admin.trace.JourneyRecords.retry;
import static io.webhookmemory.admin.trace.JourneyRecords.routed;
import static io.webhookmemory.admin.trace.JourneyRecords.tombstone;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.admin.trace.Place;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code admin erase} without services: the test writes what they would. */
class EraseCommandIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String SECRET = "Ada Quellwasser";

    private static KafkaForTests kafka;
    private static KafkaProducer<String, byte[]> producer;
    private static Instant begin;

    @BeforeAll
    static void start() {
        begin = Instant.now().minusSeconds(60);
        kafka = KafkaForTests.withTopics(Map.of("TOPICS_PARTITIONS", "2"));
        KafkaForTests.createTopics(kafka.bootstrapServers(), Topics.RECORDS_CHANGELOG);
        producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        kafka.close();
    }

    @Test
    void a_dry_run_tells_what_there_is_and_until_when_it_remains_and_writes_nothing() throws Exception {
        history("201");

        CommandRun run = run("erase", "--record", "201", "--module", "deals", "--dry-run");

        assertThat(run).returns(0, CommandRun::code).returns("", CommandRun::err);
        assertThat(run.out())
                .contains(
                        "record   201, Deals",
                        "before   a document in memory, content in the stream-processor's store",
                        "now      would be erased",
                        "1 dead letter would be discarded")
                .doesNotContain(SECRET);
        assertThat(written("201", Topics.WEBHOOKS)).hasSize(1);
        assertThat(written("201", Topics.DLT_HANDLED)).isEmpty();

        JsonNode json = json("erase", "--record", "201", "--module", "Deals", "--dry-run");
        assertThat(json.path("state").asText()).isEqualTo("dry_run");
        assertThat(json.toString()).doesNotContain(SECRET);
        assertThat(json.path("remaining"))
                .extracting(topic -> topic.path("topic").asText() + " "
                        + topic.path("events").asInt())
                .containsExactly(
                        "memory.sync.dlt 1",
                        "memory.sync.retry.1 1",
                        "stream-processor-records-changelog 1",
                        "zoho.deals 1",
                        "zoho.webhooks 1",
                        "zoho.webhooks.rejected 2");
        JsonNode webhooks = StreamSupport.stream(json.path("remaining").spliterator(), false)
                .filter(topic -> topic.path("topic").asText().equals(Topics.WEBHOOKS))
                .findFirst()
                .orElseThrow();
        assertThat(Instant.parse(webhooks.path("until").asText()))
                .as("the retention, after the longest life of a segment")
                .isEqualTo(Instant.parse(webhooks.path("newest").asText()).plus(Duration.ofDays(14)));
    }

    @Test
    void an_erasure_is_one_event_to_the_first_topic_and_the_dead_letters_are_discarded() throws Exception {
        Instant ahead = Instant.now().plusSeconds(120);
        history("202");
        send(document("202", "data-2", ahead, Instant.now()));

        JsonNode report = json("erase", "--record", "202", "--module", "Deals", "--no-wait");

        assertThat(report.path("state").asText()).isEqualTo("published");
        assertThat(report.path("dead_letters_discarded").asInt()).isEqualTo(1);
        List<ConsumerRecord<String, byte[]>> events = written("202", Topics.WEBHOOKS);
        ConsumerRecord<String, byte[]> last = events.get(events.size() - 1);
        WebhookEvent erasure = EventCodec.fromBytes(last.value());
        assertThat(erasure.eventId()).isEqualTo(report.path("event_id").asText());
        assertThat(erasure.eventType()).isEqualTo(EventType.DELETE);
        assertThat(erasure.recordData()).isEmpty();
        assertThat(erasure.timestamp())
                .as("newer than what memory shows, whatever the clocks")
                .isAfter(ahead);
        assertThat(last.headers().lastHeader(Headers.ERASE)).isNotNull();
        assertThat(run("dlt", "list", "--record", "202").out()).contains("0 dead letters");
    }

    @Test
    void an_erasure_that_no_service_applies_is_not_confirmed_and_one_that_is_applied_leaves_nothing() throws Exception {
        history("203");

        CommandRun early = run("erase", "--record", "203", "--module", "Deals", "--limit", "1");

        assertThat(early).returns(1, CommandRun::code);
        assertThat(early.out()).contains("not confirmed yet: a document in memory");

        Instant erased = Instant.now();
        send(tombstone("203", erased, erased));
        state("203", marker(erased));
        CommandRun again = run("erase", "--record", "203", "--module", "Deals");

        assertThat(again).returns(0, CommandRun::code);
        assertThat(again.out())
                .contains("now      nothing left to erase", "zoho.deals")
                .doesNotContain(SECRET);
        assertThat(written("203", Topics.WEBHOOKS)).as("one erasure").hasSize(2);
    }

    @Test
    void an_erasure_that_the_sink_cannot_apply_is_a_dead_letter_that_is_kept() {
        history("204");

        CommandRun run = whileErasing("204", erasure -> {
            ProducerRecord<String, byte[]> dead =
                    new ProducerRecord<>(Topics.DLT, null, "204", erasure.value(), erasure.headers());
            Headers.put(dead.headers(), Headers.DLT_REASON, "http_400");
            send(dead);
        });

        assertThat(run).returns(1, CommandRun::code);
        assertThat(run.out())
                .containsPattern("could not apply the erasure: dead letter \\d:\\d+, http_400; remove the cause");
        assertThat(run("dlt", "list", "--record", "204").out()).contains("http_400", "http_415");
    }

    @Test
    void a_record_that_comes_again_while_it_is_erased_is_told() {
        history("206");

        CommandRun run = whileErasing(
                "206", erasure -> send(document("206", "data-9", Instant.now().plusSeconds(5), Instant.now())));

        assertThat(run).returns(1, CommandRun::code);
        assertThat(run.out()).contains("in memory again by a newer event");
    }

    /** Runs the command, and applies its event as a service would. */
    private static CommandRun whileErasing(String id, Consumer<ConsumerRecord<String, byte[]>> service) {
        CompletableFuture<CommandRun> running = CompletableFuture.supplyAsync(
                () -> run("erase", "--record", id, "--module", "Deals"), task -> new Thread(task).start());
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), Topics.WEBHOOKS)) {
            List<ConsumerRecord<String, byte[]>> records =
                    reader.until(LIMIT, all -> erasure(id, all).findFirst().isPresent());
            service.accept(erasure(id, records).findFirst().orElseThrow());
        }
        return running.join();
    }

    private static Stream<ConsumerRecord<String, byte[]>> erasure(
            String id, List<ConsumerRecord<String, byte[]>> records) {
        return records.stream()
                .filter(record -> id.equals(record.key()))
                .filter(record -> record.headers().lastHeader(Headers.ERASE) != null);
    }

    @Test
    void a_record_that_no_topic_has_was_not_seen_and_ends_with_1() {
        CommandRun run = run("erase", "--record", "999", "--module", "Deals");

        assertThat(run).returns(1, CommandRun::code);
        assertThat(run.out()).contains("not seen: no topic has the record", "remains  nothing on any topic");
        assertThat(written("999", Topics.WEBHOOKS)).isEmpty();
    }

    @Test
    void wrong_use_is_told_and_nothing_is_written() {
        history("205");

        assertThat(run("erase", "--record", "205")).returns(2, CommandRun::code);
        assertThat(run("erase", "--module", "Deals")).returns(2, CommandRun::code);
        assertThat(run("erase", "--record", "not an id", "--module", "Deals").err())
                .contains("--record is not a record id");
        assertThat(run("erase", "--record", "205", "--module", "Leads").err())
                .contains("--module must be one of Accounts, Contacts");
        assertThat(run("erase", "--record", "205", "--module", "Contacts"))
                .returns(2, CommandRun::code)
                .satisfies(run -> assertThat(run.err()).contains("record 205 is of module Deals, not Contacts"));
        assertThat(run("erase", "--record", "205", "--module", "Deals", "--limit", "0"))
                .returns(2, CommandRun::code);
        assertThat(written("205", Topics.WEBHOOKS)).hasSize(1);
    }

    /** Of a record that is in memory, with an event that waits for a retry, a dead letter and two rejections. */
    private static void history(String id) {
        WebhookEvent event = event("event-" + id, EventType.CREATE, id, SECRET, begin);
        send(received(event));
        send(routed(event));
        send(document(id, "data-" + id, event.timestamp(), begin.plusSeconds(2)));
        state(id, "{\"data\":{\"Stage\":\"%s\"},\"whole_at\":[1,0],\"newest\":[1,0]}".formatted(SECRET));
        send(retry(1, event, begin.plusSeconds(3), begin.plusSeconds(9)));
        send(deadLetter(event, begin.plusSeconds(4)));
        send(rejected(event, new Place(Topics.WEBHOOKS, 0, 7), "module not allowed"));
        byte[] webhook = "{\"data\":[{\"id\":\"%s\",\"Name\":\"%s\"}]}"
                .formatted(id, SECRET)
                .getBytes(UTF_8);
        send(new ProducerRecord<>(Topics.REJECTED, null, webhook));
        byte[] other = "{\"data\":[{\"id\":\"1%s7\",\"Name\":\"another\"}]}"
                .formatted(id)
                .getBytes(UTF_8);
        send(new ProducerRecord<>(Topics.REJECTED, null, other));
    }

    private static String marker(Instant at) {
        return "{\"data\":{},\"whole_at\":[1,0],\"newest\":[0,0],\"deleted_at\":[%d,%d],\"erased\":true}"
                .formatted(at.getEpochSecond(), at.getNano());
    }

    private static void state(String id, String json) {
        send(new ProducerRecord<>(Topics.RECORDS_CHANGELOG, id, json.getBytes(UTF_8)));
    }

    private static void send(ProducerRecord<String, byte[]> record) {
        try {
            producer.send(record).get();
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<ConsumerRecord<String, byte[]>> written(String key, String topic) {
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), topic)) {
            return reader.toEnd(LIMIT).stream()
                    .filter(record -> key.equals(record.key()))
                    .toList();
        }
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
