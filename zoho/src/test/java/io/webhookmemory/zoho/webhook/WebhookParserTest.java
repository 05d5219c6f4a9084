package io.webhookmemory.zoho.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.Sender;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookParserTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private static final Sender SIGNED = Sender.of(EventSource.SIGNED);

    private final AtomicInteger ids = new AtomicInteger();
    private final WebhookParser parser = new WebhookParser(
            WebhookRules.of(Topics.DEFAULT_MODULES), EventBudget.DEFAULT, () -> "new-" + ids.incrementAndGet());

    @Test
    void every_record_of_a_record_body_becomes_an_event() {
        Parsed.Events parsed = events("""
                {"operation":"Update","module":"Deals","modified_fields":["Stage"],"user":{"id":42},
                 "data":[{"id":"1","Stage":"Won","Modified_Time":"2026-01-01T10:00:00+02:00"},
                         {"id":9007199254740993,"Stage":"Lost","Modified_Time":"2026-01-01T11:00:00+02:00"}]}""");

        assertThat(parsed.events()).extracting(WebhookEvent::recordId).containsExactly("1", "9007199254740993");
        assertThat(parsed.events())
                .extracting(WebhookEvent::eventId)
                .containsExactly(parsed.eventId() + ":1", parsed.eventId() + ":9007199254740993");
        WebhookEvent first = parsed.events().get(0);
        assertThat(first.eventType()).isEqualTo(EventType.UPDATE);
        assertThat(first.timestamp()).isEqualTo(Instant.parse("2026-01-01T08:00:00Z"));
        assertThat(first.receivedAt()).isEqualTo(NOW);
        assertThat(first.userId()).isEqualTo("42");
        assertThat(first.modifiedFields()).containsExactly("Stage");
        assertThat(first.recordData().path("Stage").asText()).isEqualTo("Won");
    }

    @Test
    void a_flat_body_is_one_event() {
        Parsed.Events parsed = events("""
                {"event_type":"restore","module":"notes","record_id":"7","record_data":{"Note_Title":"Back"},
                 "modified_fields":[],"user_id":"u"}""");

        assertThat(parsed.events()).singleElement().satisfies(event -> {
            assertThat(event.eventId()).isEqualTo(parsed.eventId());
            assertThat(event.eventType()).isEqualTo(EventType.RESTORE);
            assertThat(event.module()).as("in the CRM's spelling").isEqualTo("Notes");
            assertThat(event.userId()).isEqualTo("u");
            assertThat(event.timestamp()).isEqualTo(NOW);
        });
    }

    @Test
    void a_channel_notification_with_values_is_an_event_with_these_values() {
        Parsed.Events parsed = events("""
                {"server_time":1750102639787,
                 "affected_values":[{"record_id":"6756839000000575405","values":{"Company":"Rangoni Of Test","Phone":"555"}}],
                 "query_params":{},"module":"Contacts","resource_uri":"https://www.zohoapis.com/crm/v2/Contacts",
                 "ids":["6756839000000575405"],"affected_fields":[{"6756839000000575405":["Company","Phone"]}],
                 "operation":"update","channel_id":"1105420521999070702","token":"c3504777"}""");

        assertThat(parsed.events()).singleElement().satisfies(event -> {
            assertThat(event.recordData().path("Company").asText()).isEqualTo("Rangoni Of Test");
            assertThat(event.modifiedFields()).containsExactly("Company", "Phone");
            assertThat(event.timestamp()).isEqualTo(Instant.ofEpochMilli(1750102639787L));
        });
    }

    @Test
    void a_change_from_the_distant_future_happened_when_it_was_received_and_a_clock_may_be_a_little_ahead() {
        Parsed.Events parsed = events("""
                {"operation":"update","module":"Deals",
                 "data":[{"id":"1","Modified_Time":"2099-01-01T00:00:00Z"},
                         {"id":"2","Modified_Time":"2026-01-02T03:09:05Z"},
                         {"id":"3","Modified_Time":"2026-01-02T03:09:06Z"}]}""");

        assertThat(parsed.events()).extracting(WebhookEvent::timestamp).containsExactly(NOW, NOW.plusSeconds(300), NOW);
        assertThat(parsed.withoutTime()).isEqualTo(2);
    }

    @Test
    void a_channel_notification_of_several_ids_is_several_events_and_an_unknown_operation_is_an_update() {
        Parsed.Events parsed = events("""
                {"server_time":1718117126473,"module":"Accounts","ids":["1","2",3],"affected_fields":[],
                 "operation":"merge","channel_id":"1000000068001","token":"t"}""");

        assertThat(parsed.events())
                .hasSize(3)
                .extracting(WebhookEvent::eventType)
                .containsOnly(EventType.UPDATE);
    }

    @Test
    void a_record_that_comes_twice_in_a_webhook_is_two_events_of_different_ids() {
        String body = """
                {"operation":"update","module":"Deals","timestamp":"2026-01-01T10:00:00Z",
                 "data":[{"id":"1","Stage":"Won"},{"id":"2"},{"id":"1","Amount":5}]}""";
        Parsed.Events parsed = events(body);

        assertThat(parsed.events())
                .extracting(WebhookEvent::eventId)
                .containsExactly(parsed.eventId() + ":1", parsed.eventId() + ":2", parsed.eventId() + ":1:2");
        assertThat(events(body).events()).as("sent again").isEqualTo(parsed.events());
    }

    @Test
    void a_channel_notification_of_as_many_ids_as_fit_has_the_values_of_each() {
        int ids = 8_000;
        String body = "{\"server_time\":1718117126473,\"module\":\"Accounts\",\"operation\":\"update\",\"ids\":["
                + listed(ids, "\"%1$d\"") + "],\"affected_values\":["
                + listed(ids, "{\"record_id\":\"%1$d\",\"values\":{\"Phone\":\"%1$d\"}}") + "],\"affected_fields\":["
                + listed(ids, "{\"%1$d\":[\"Phone\"]}") + "]}";

        assertThat(events(body).events()).hasSize(ids).allSatisfy(event -> {
            assertThat(event.recordData().path("Phone").asText()).isEqualTo(event.recordId());
            assertThat(event.modifiedFields()).containsExactly("Phone");
        });
    }

    @ParameterizedTest
    @CsvSource({"7.0,7", "7e0,7", "7E2,700", "0,0", "0.0,0", "5725767000003000064.00,5725767000003000064"})
    void a_whole_number_is_an_id_however_it_is_written(String number, String id) {
        assertThat(events(record("update", "Accounts", number)).events().get(0).recordId())
                .isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-7", "7.5", "1e64", "1e999999999", "7e-1", "1e2147483647"})
    void any_other_number_is_none(String number) {
        assertThat(parse(record("update", "Accounts", number))).isInstanceOf(Parsed.Unprocessable.class);
    }

    @ParameterizedTest
    @CsvSource({"insert,CREATE", "CREATE,CREATE", "edit,UPDATE", "Update,UPDATE", "delete,DELETE", "restore,RESTORE"})
    void operations_are_known_by_all_their_names_in_any_case(String operation, EventType type) {
        assertThat(events(record(operation, "Accounts", "\"1\""))
                        .events()
                        .get(0)
                        .eventType())
                .isEqualTo(type);
    }

    @Test
    void the_given_event_id_is_kept() {
        String body = record("update", "Accounts", "\"1\"");

        Parsed parsed = parser.parse(body.getBytes(UTF_8), new Delivery(null, " given-1 ", SIGNED, NOW));

        assertThat(parsed)
                .isInstanceOfSatisfying(
                        Parsed.Events.class,
                        events -> assertThat(events.eventId()).isEqualTo("given-1"));
    }

    @Test
    void the_same_change_has_the_same_id_and_any_other_has_another() {
        String change = timed("update", "Accounts", "1", "2026-01-01T10:00:00Z");
        String id = events(change).eventId();

        assertThat(events(change).eventId()).isEqualTo(id);
        assertThat(List.of(
                        timed("update", "Accounts", "1", "2026-01-01T10:00:01Z"),
                        timed("update", "Accounts", "2", "2026-01-01T10:00:00Z"),
                        timed("delete", "Accounts", "1", "2026-01-01T10:00:00Z"),
                        timed("update", "Contacts", "1", "2026-01-01T10:00:00Z")))
                .allSatisfy(other -> assertThat(events(other).eventId()).isNotEqualTo(id));
    }

    @Test
    void without_a_time_of_change_every_delivery_is_a_new_event() {
        String body = record("update", "Accounts", "\"1\"");

        assertThat(events(body).eventId()).isNotEqualTo(events(body).eventId());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"operation\":\"update\",\"data\":[{\"id\":\"1\"}]}|module",
                "{\"operation\":\"update\",\"module\":\"Secrets\",\"data\":[{\"id\":\"1\"}]}|module",
                "{\"module\":\"Deals\",\"data\":[{\"id\":\"1\"}]}|operation",
                "{\"operation\":\"explode\",\"module\":\"Deals\",\"data\":[{\"id\":\"1\"}]}|operation",
                "{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[]}|data",
                "{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[7,{\"id\":1.5}]}|data[0]",
                "{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[{}]}|data[0].id",
                "{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[{\"id\":1.5}]}|data[0].id",
                "{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[{\"id\":\"../etc\"}]}|data[0].id",
                "{\"operation\":\"update\",\"module\":\"Deals\",\"ids\":[]}|ids",
                "{\"event_type\":\"update\",\"module\":\"Deals\"}|record_id",
                "{\"event_type\":\"update\",\"module\":\"Deals\",\"record_id\":\"1\",\"record_data\":[]}|record_data",
                "{\"module\":\"Deals\"}|event_type",
            })
    void what_is_missing_or_not_allowed_is_named(String body, String field) {
        assertThat(parse(body))
                .isInstanceOfSatisfying(
                        Parsed.Unprocessable.class,
                        problem -> assertThat(problem.field()).isEqualTo(field));
    }

    @ParameterizedTest
    @MethodSource("textsThatAreNoIds")
    void an_id_that_cannot_become_a_name_makes_the_webhook_unprocessable(String id) {
        ObjectNode channel = Json.MAPPER
                .createObjectNode()
                .put("module", "Accounts")
                .put("operation", "delete")
                .put("channel_id", "1");
        channel.putArray("ids").add(id);

        assertThat(parse(channel.toString()))
                .isInstanceOfSatisfying(
                        Parsed.Unprocessable.class,
                        problem -> assertThat(problem.field()).isEqualTo("ids[0]"));
    }

    static List<String> textsThatAreNoIds() {
        return List.of("none", "NULL", "undefined", "/etc/passwd", "a\nb", "1\n", "1".repeat(100_000), "../x", "x.y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not json", "[]", "null", "7", "{\"a\":1", "{} {}", "{\"a\":1}x"})
    void what_is_not_one_json_object_is_not_json(String body) {
        assertNotJson(body);
    }

    @Test
    void a_body_nested_thousands_deep_is_refused_and_harms_nobody() {
        assertNotJson("{\"a\":" + "[".repeat(100_000));
    }

    private Parsed.Events events(String body) {
        return (Parsed.Events) parse(body);
    }

    private void assertNotJson(String body) {
        assertThat(parse(body))
                .isInstanceOfSatisfying(
                        Parsed.Unreadable.class,
                        unreadable -> assertThat(unreadable.reason()).isEqualTo(Parsed.Unreadable.Reason.NOT_JSON));
    }

    private Parsed parse(String body) {
        return parser.parse(body.getBytes(UTF_8), new Delivery(null, null, SIGNED, NOW));
    }

    private static String record(String operation, String module, String id) {
        return "{\"operation\":\"%s\",\"module\":\"%s\",\"data\":[{\"id\":%s}]}".formatted(operation, module, id);
    }

    private static String listed(int count, String format) {
        return IntStream.range(0, count).mapToObj(format::formatted).collect(Collectors.joining(","));
    }

    private static String timed(String operation, String module, String id, String time) {
        return "{\"operation\":\"%s\",\"module\":\"%s\",\"data\":[{\"id\":\"%s\",\"Modified_Time\":\"%s\"}]}"
                .formatted(operation, module, id, time);
    }
}
