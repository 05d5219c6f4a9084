package io.webhookmemory.zoho.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.Sender;
import io.webhookmemory.topics.event.WebhookEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that was never seen is a duplicate, and what was seen is one however it is written. */
class IdentityTest {
    private static final EventBudget UNLIMITED = new EventBudget(Integer.MAX_VALUE, Long.MAX_VALUE);
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Sender SIGNED = Sender.of(EventSource.SIGNED);
    private static final String CHANGE = """
            {"operation":"update","module":"Deals","modified_fields":["Stage","Amount"],
             "data":[{"id":"1","Stage":"Won","Owner":{"id":"7","name":"A"},"Modified_Time":"2026-01-01T10:00:00Z"}]}""";

    private final AtomicInteger ids = new AtomicInteger();
    private final WebhookParser parser =
            new WebhookParser(WebhookRules.of(Topics.DEFAULT_MODULES), UNLIMITED, () -> "new-" + ids.incrementAndGet());

    @Test
    void the_same_delivery_is_a_repeat_however_its_json_is_written() {
        String rewritten = """
                {"data":[{"Modified_Time":"2026-01-01T10:00:00Z","Owner":{"name":"\\u0041","id":"7"},"id":1,
                          "Stage" : "Won"}],
                 "modified_fields":["Amount","Stage"],"module":"deals","operation":"Edit"}""".replace(":1,", ":\"1\",");

        assertThat(only(SIGNED, null, rewritten)).isEqualTo(only(SIGNED, null, CHANGE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Won|Lost",
                "\"7\"|\"8\"",
                "10:00:00Z|10:00:01Z",
                "Deals|Accounts",
                "update|delete",
                "\"id\":\"1\"|\"id\":\"2\"",
                "\"Stage\",\"Amount\"|\"Stage\"",
            })
    void whatever_else_it_says_makes_it_another_change(String difference) {
        String[] parts = difference.split("\\|", -1);

        assertThat(only(SIGNED, null, CHANGE.replace(parts[0], parts[1])))
                .isNotEqualTo(only(SIGNED, null, CHANGE))
                .matches("[0-9a-f]{64}");
    }

    @Test
    void two_changes_of_one_record_in_the_same_second_are_two() {
        String notification = """
                {"server_time":1718117126473,"module":"Deals","operation":"update","ids":["1"],"channel_id":"9",
                 "affected_values":[{"record_id":"1","values":{"Stage":"Won"}}],"affected_fields":[{"1":["Stage"]}]}""";

        assertThat(only(channel("9"), null, notification.replace("Won", "Lost")))
                .isNotEqualTo(only(channel("9"), null, notification));
    }

    @Test
    void what_a_notification_says_of_other_records_does_not_count() {
        String notification = """
                {"server_time":1718117126473,"module":"Deals","operation":"update","ids":["1"%s],"channel_id":"9",
                 "affected_values":[{"record_id":"1","values":{"Stage":"Won"}}]}""";

        assertThat(identities(channel("9"), null, notification.formatted(",\"2\""))
                        .get(0))
                .isEqualTo(only(channel("9"), null, notification.formatted("")));
    }

    @Test
    void a_delivery_id_that_is_used_again_for_another_record_is_no_repeat() {
        assertThat(only(SIGNED, "m1", CHANGE.replace("\"id\":\"1\"", "\"id\":\"2\"")))
                .isNotEqualTo(only(SIGNED, "m1", CHANGE));
    }

    @Test
    void another_delivery_id_makes_a_captured_webhook_another_one() {
        List<String> all =
                List.of(only(SIGNED, null, CHANGE), only(SIGNED, "genuine", CHANGE), only(SIGNED, "replayed", CHANGE));

        assertThat(all).doesNotHaveDuplicates();
    }

    @Test
    void a_channel_cannot_shadow_a_signed_sender_nor_another_channel() {
        List<String> all = List.of(
                only(SIGNED, "m1", CHANGE),
                only(channel("1"), "m1", CHANGE),
                only(channel("2"), "m1", CHANGE),
                only(Sender.of(EventSource.SWEEP), "m1", CHANGE));

        assertThat(all).doesNotHaveDuplicates();
    }

    @Test
    void the_records_of_a_named_webhook_are_not_those_of_a_webhook_named_like_one_of_them() {
        String two = """
                {"operation":"update","module":"Deals","timestamp":"2026-01-01T10:00:00Z","data":[{"id":"1"},{"id":"2"}]}""";
        String one = """
                {"operation":"update","module":"Deals","timestamp":"2026-01-01T10:00:00Z","data":[{"id":"1"}]}""";

        assertThat(identities(SIGNED, "m1", two)).doesNotContain(only(SIGNED, "m1:1", one));
        assertThat(parse(SIGNED, "m1", two).events().get(0).eventId())
                .as("though the names are the same")
                .isEqualTo(parse(SIGNED, "m1:1", one).eventId());
    }

    @Test
    void there_and_back_within_one_webhook_is_three_changes_and_its_repeat_none() {
        String body = """
                {"operation":"update","module":"Deals","timestamp":"2026-01-01T10:00:00Z",
                 "data":[{"id":"1","Stage":"A"},{"id":"1","Stage":"B"},{"id":"1","Stage":"A"}]}""";

        assertThat(identities(SIGNED, null, body)).doesNotHaveDuplicates().isEqualTo(identities(SIGNED, null, body));
    }

    @Test
    void without_a_time_every_delivery_is_new_unless_it_has_a_name() {
        String body = "{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[{\"id\":\"1\",\"Stage\":\"A\"}]}";

        assertThat(only(SIGNED, null, body)).isNotEqualTo(only(SIGNED, null, body));
        assertThat(only(SIGNED, "m1", body)).isEqualTo(only(SIGNED, "m1", body));
        assertThat(parse(SIGNED, "m1", body).withoutTime()).isEqualTo(1);
    }

    @Test
    void a_time_too_far_ahead_to_count_still_tells_a_repeat() {
        String body = CHANGE.replace("2026", "2099");

        assertThat(only(SIGNED, null, body)).isEqualTo(only(SIGNED, null, body));
    }

    /** Each would take minutes if the shared part were digested for each of them. */
    @Test
    void what_thousands_of_records_share_is_digested_once() {
        String names =
                IntStream.range(0, 60_000).mapToObj(i -> "\"f" + i + "\"").collect(Collectors.joining(","));
        String records = IntStream.range(0, 20_000).mapToObj(i -> "{\"id\":1}").collect(Collectors.joining(","));
        String shared = "{\"operation\":\"update\",\"module\":\"Deals\",\"modified_fields\":[" + names + "],\"data\":["
                + records + "]}";
        String ids = IntStream.range(0, 20_000).mapToObj(i -> "1").collect(Collectors.joining(","));
        String repeated = "{\"operation\":\"update\",\"module\":\"Deals\",\"ids\":[" + ids
                + "],\"affected_values\":[{\"record_id\":\"1\",\"values\":{\"Description\":\"" + "x".repeat(500_000)
                + "\"}}]}";

        assertThat(identities(SIGNED, "a", shared)).hasSize(20_000).doesNotHaveDuplicates();
        assertThat(identities(channel("1"), "a", repeated)).hasSize(20_000).doesNotHaveDuplicates();
    }

    private static Sender channel(String id) {
        return new Sender(EventSource.CHANNEL, id);
    }

    private String only(Sender sender, String eventId, String body) {
        List<String> identities = identities(sender, eventId, body);
        assertThat(identities).hasSize(1);
        return identities.get(0);
    }

    private List<String> identities(Sender sender, String eventId, String body) {
        List<String> identities = new ArrayList<>();
        parse(sender, eventId, body).events().stream()
                .map(WebhookEvent::identity)
                .forEach(identities::add);
        return identities;
    }

    private Parsed.Events parse(Sender sender, String eventId, String body) {
        return (Parsed.Events) parser.parse(body.getBytes(UTF_8), new Delivery(null, eventId, sender, NOW));
    }
}
