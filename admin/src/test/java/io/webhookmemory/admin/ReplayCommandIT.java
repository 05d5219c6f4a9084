package io.webhookmemory.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.testkit.TopicWriter;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventIdentity;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.Sender;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.zoho.webhook.Delivery;
import io.webhookmemory.zoho.webhook.RejectedWebhook;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code admin replay} against a broker; nothing else runs, so that what was written can be counted. */
class ReplayCommandIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private KafkaForTests kafka;

    @BeforeEach
    void startKafka() {
        kafka = KafkaForTests.withTopics(Map.of("TOPICS_PARTITIONS", "2"));
        try (TopicWriter letters = new TopicWriter(kafka.bootstrapServers())) {
            letters.event(Topics.WEBHOOKS, TopicWriter.event("Deals", "1", "900"), ago(72))
                    .event(Topics.WEBHOOKS, TopicWriter.event("Accounts", "900", null), ago(48))
                    .event(Topics.WEBHOOKS, TopicWriter.event("Deals", "2", "900"), ago(24))
                    .event(Topics.WEBHOOKS, TopicWriter.event("Notes", "3", "901"), ago(2));
        }
    }

    @AfterEach
    void stopKafka() {
        kafka.close();
    }

    @Test
    void a_run_copies_what_the_topic_held_when_it_began_and_only_once() throws Exception {
        JsonNode first = json(run("replay", "--since", "30d", "--run", "all", "--output", "json"));
        JsonNode again = json(run("replay", "--run", "all", "--output", "json"));

        assertThat(first.path("sent").asInt()).as("not its own copies, too").isEqualTo(4);
        assertThat(first.path("complete").asBoolean()).isTrue();
        assertThat(again.path("sent").asInt()).isZero();
        assertThat(again.path("sent_before").asInt()).isEqualTo(4);
        assertThat(copies("all")).extracting(ConsumerRecord::key).containsExactlyInAnyOrder("1", "2", "3", "900");
    }

    @Test
    void time_module_record_and_account_narrow_it() throws Exception {
        assertThat(counted("--since", "60h", "--until", "12h")).isEqualTo(2);
        assertThat(counted("--since", "99999d")).as("all there is").isEqualTo(4);
        assertThat(counted("--since", "30d", "--module", "deals,Notes")).isEqualTo(3);
        assertThat(counted("--since", "30d", "--record", "2")).isEqualTo(1);
        assertThat(counted("--since", "30d", "--account", "900"))
                .as("its own event, too")
                .isEqualTo(3);
        assertThat(counted("--since", "30d", "--account", "900", "--module", "Deals"))
                .isEqualTo(2);
        assertThat(copies("any")).isEmpty();
    }

    @Test
    void a_maximum_stops_a_run_that_goes_on_where_it_stopped() throws Exception {
        CommandRun begun = run("replay", "--since", "30d", "--run", "piecewise", "--max", "3", "--rate", "500");
        assertThat(begun.out())
                .as("the maximum is reached, the rate still wanted")
                .contains("3 events replayed", "\"admin replay --run piecewise --rate 500\" continues");
        assertThat(run("replay", "--since", "1h", "--run", "piecewise").code())
                .as("another selection under the same name")
                .isEqualTo(2);

        CommandRun rest = run("replay", "--run", "piecewise");

        assertThat(rest).returns(0, CommandRun::code);
        assertThat(rest.out()).contains("1 event replayed", "(3 before)", "The run is complete");
        assertThat(copies("piecewise")).extracting(ConsumerRecord::key).containsExactlyInAnyOrder("1", "2", "3", "900");
    }

    @Test
    void a_run_without_a_name_prints_first_how_to_continue_it() {
        assertThat(run("replay", "--since", "30d", "--max", "3", "--rate", "2.5")
                        .err())
                .containsPattern("continue with: admin replay --run \\d{8}T\\d{6}Z --max 3 --rate 2.5\n");
        assertThat(run("replay", "--since", "30d", "--max", "0").err())
                .as("nothing was begun")
                .doesNotContain("continue with");
    }

    @Test
    void what_was_rejected_is_parsed_again_and_what_can_be_processed_by_now_passes_once() throws Exception {
        keepRejectedWebhooks();
        String[] options = {"replay", "--from", Topics.REJECTED, "--since", "1h", "--output", "json"};
        Map<String, String> widened = Map.of("WEBHOOK_MODULES", "Deals,Contacts,Invoices");

        JsonNode before = json(CommandRun.of(kafka.bootstrapServers(), with(options, "--dry-run")));
        JsonNode one =
                json(CommandRun.of(kafka.bootstrapServers(), widened, with(options, "--dry-run", "--record", "42")));
        JsonNode run = json(CommandRun.of(kafka.bootstrapServers(), widened, with(options, "--run", "back")));
        JsonNode again =
                json(CommandRun.of(kafka.bootstrapServers(), widened, "replay", "--run", "back", "--output", "json"));

        assertThat(before.path("sent").asInt()).isEqualTo(2);
        assertThat(before.path("still_rejected").asInt()).isEqualTo(3);
        assertThat(one.path("by_module").path("Invoices").asInt()).isEqualTo(2);
        assertThat(run.path("sent").asInt()).as("records").isEqualTo(4);
        assertThat(run.path("still_rejected").asInt()).isEqualTo(1);
        assertThat(run.path("by_module").toString()).isEqualTo("{\"Deals\":2,\"Invoices\":4}");
        assertThat(again.path("sent").asInt()).isZero();
        List<WebhookEvent> events = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> copy : copies("back")) {
            WebhookEvent event = EventCodec.fromBytes(copy.value());
            events.add(event);
            assertThat(copy.key()).isEqualTo(event.recordId());
            assertThat(Headers.get(copy.headers(), Headers.REJECTED_REASON)).isEmpty();
        }
        assertThat(events)
                .extracting(WebhookEvent::recordId)
                .containsExactlyInAnyOrder("41", "41", "42", "42", "43", "44");
        assertThat(events.stream()
                        .filter(event -> event.module().equals("Invoices"))
                        .map(WebhookEvent::identity)
                        .distinct())
                .as("what was kept twice, to be taken once")
                .hasSize(2)
                .allMatch(EventIdentity::isWellFormed);
        assertThat(events)
                .filteredOn(event -> event.recordId().equals("43"))
                .singleElement()
                .satisfies(event -> assertThat(event.timestamp())
                        .as("when it was received, as it has no time of its own")
                        .isBetween(Instant.now().minusSeconds(60), Instant.now()));
    }

    private void keepRejectedWebhooks() {
        Sender channel = new Sender(EventSource.CHANNEL, "77");
        Sender signed = Sender.of(EventSource.SIGNED);
        byte[] two = """
                {"operation":"update","module":"Invoices","server_time":1718117126473,"ids":["41","42"],
                 "channel_id":"77","token":"a-token"}""".getBytes(StandardCharsets.UTF_8);
        byte[] one = "{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[{\"id\":\"43\"}]}"
                .getBytes(StandardCharsets.UTF_8);
        byte[] form = "module=Deals".getBytes(StandardCharsets.UTF_8);
        try (TopicWriter letters = new TopicWriter(kafka.bootstrapServers())) {
            letters.rejected(RejectedWebhook.of(two, delivery(channel, "m1"), "module is not allowed"))
                    .rejected(RejectedWebhook.of(two, delivery(channel, "m1"), "module is not allowed"))
                    .rejected(RejectedWebhook.of(one, delivery(signed, null), "a fault of ours"))
                    .rejected(RejectedWebhook.of(form, delivery(signed, null), "not a JSON object"))
                    .event(Topics.REJECTED, TopicWriter.event("Deals", "44", null), Instant.now());
        }
    }

    private static Delivery delivery(Sender sender, String eventId) {
        return new Delivery("application/json", eventId, sender, Instant.now());
    }

    private static String[] with(String[] options, String... more) {
        return Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void what_cannot_be_meant_is_refused() {
        assertThat(run("replay")).returns(2, CommandRun::code);
        assertThat(run("replay", "--run", "unknown")).returns(2, CommandRun::code);
        assertThat(run("replay", "--from", Topics.DLT, "--since", "1d").err()).contains("admin dlt redrive");
        assertThat(run("replay", "--since", "yesterday").err()).contains("is not a time");
        CommandRun backwards = run("replay", "--since", "1h", "--until", "2h");
        assertThat(backwards).returns(2, CommandRun::code);
        assertThat(backwards.err()).contains("must be before --until");
    }

    private int counted(String... options) throws Exception {
        String[] arguments = new String[options.length + 4];
        System.arraycopy(new String[] {"replay", "--dry-run", "--output", "json"}, 0, arguments, 0, 4);
        System.arraycopy(options, 0, arguments, 4, options.length);
        return json(run(arguments)).path("sent").asInt();
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(kafka.bootstrapServers(), arguments);
    }

    private List<ConsumerRecord<String, byte[]>> copies(String run) {
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), Topics.WEBHOOKS)) {
            return reader.toEnd(LIMIT).stream()
                    .filter(record -> Headers.get(record.headers(), Headers.REPLAY_ID)
                            .filter(run::equals)
                            .isPresent())
                    .toList();
        }
    }

    private static JsonNode json(CommandRun run) throws Exception {
        return Json.MAPPER.readTree(run.out());
    }

    private static Instant ago(int hours) {
        return Instant.now().minus(Duration.ofHours(hours));
    }
}
