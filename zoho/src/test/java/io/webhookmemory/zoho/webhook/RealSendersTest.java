package io.webhookmemory.zoho.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.Sender;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.zoho.webhook.Parsed.Unreadable.Reason;
import java.nio.charset.Charset;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies as templates, editors and half-wrong senders make them. */
class RealSendersTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String NOTE =
            "{\"event_type\":\"create\",\"module\":\"Notes\",\"record_id\":\"7\",\"record_data\":{\"a\":\"Gr\u00fc\u00dfe\"}}";

    private final WebhookParser parser =
            new WebhookParser(WebhookRules.of(Topics.DEFAULT_MODULES), EventBudget.DEFAULT, () -> "new");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "windows-1252|application/json; charset=windows-1252",
                "ISO-8859-1|text/plain;charset=\"iso-8859-1\"",
                "UTF-16LE|application/json; charset=UTF-16LE",
                "UTF-8|application/json; charset=utf-8",
                "UTF-8|application/x-www-form-urlencoded;charset=UTF-8",
                "UTF-8|application/json; charset=nonsense",
                "UTF-8|application/json; charset=us-ascii",
                "UTF-8|;;;",
            })
    void a_body_is_read_in_the_charset_of_its_content_type(String charset, String contentType) {
        assertThat(parse(NOTE.getBytes(Charset.forName(charset)), contentType))
                .isInstanceOfSatisfying(
                        Parsed.Events.class,
                        parsed -> assertThat(parsed.events()
                                        .get(0)
                                        .recordData()
                                        .path("a")
                                        .asText())
                                .isEqualTo("Gr\u00fc\u00dfe"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ufeff", "\ufeff\ufeff", "\ufeff\ufeff\ufeff"})
    void byte_order_marks_are_skipped_however_many(String marks) {
        assertThat(parse((marks + NOTE).getBytes(UTF_8), null)).isInstanceOf(Parsed.Events.class);
        assertThat(parse((marks + NOTE).getBytes(java.nio.charset.StandardCharsets.UTF_16LE), "a/b; charset=utf-16le"))
                .isInstanceOf(Parsed.Events.class);
    }

    @Test
    void bytes_in_another_charset_than_utf_8_that_nobody_declares_are_unreadable() {
        assertThat(parse(NOTE.getBytes(Charset.forName("windows-1252")), "application/json"))
                .isInstanceOfSatisfying(
                        Parsed.Unreadable.class,
                        unreadable -> assertThat(unreadable.reason()).isEqualTo(Reason.NOT_JSON));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"token\":\"a\",\"token\":\"b\"}",
                "{\"module\":\"Deals\",\"data\":[],\"m\\u006fdule\":\"Deals\"}",
                "{\"a\":null,\"a\":null}"
            })
    void two_top_level_fields_of_one_name_are_refused(String body) {
        assertThat(parse(body.getBytes(UTF_8), null)).isEqualTo(new Parsed.Unreadable(Reason.DUPLICATE_NAME));
    }

    @Test
    void two_fields_of_one_name_within_a_record_are_the_records_own_affair() {
        assertThat(parse(NOTE.replace("{\"a\":", "{\"a\":1,\"a\":").getBytes(UTF_8), null))
                .isInstanceOf(Parsed.Events.class);
    }

    @Test
    void one_bad_record_does_not_refuse_the_good_ones_beside_it() {
        Parsed.Events parsed = (Parsed.Events) parse("""
                {"operation":"update","module":"Deals","user":{"id":"5"},"token":"secret",
                 "data":[{"id":"1"},{"id":"../2"},{"id":"3"},7]}""".getBytes(UTF_8), null);

        assertThat(parsed.events()).extracting(WebhookEvent::recordId).containsExactly("1", "3");
        assertThat(parsed.remainder()).hasValueSatisfying(remainder -> {
            assertThat(remainder.records())
                    .containsExactly(
                            new Parsed.BadRecord(1, "data[1].id", "is no id"),
                            new Parsed.BadRecord(3, "data[3]", "is no record"));
            assertThat(remainder.body().toString())
                    .as("what parsing it again needs, and no token")
                    .isEqualTo("{\"operation\":\"update\",\"module\":\"Deals\",\"user\":{\"id\":\"5\"},"
                            + "\"token\":\"redacted\",\"data\":[{\"id\":\"../2\"},7]}");
        });
    }

    @Test
    void one_bad_id_of_a_notification_does_not_refuse_the_others() {
        Parsed.Events parsed = (Parsed.Events)
                parse("{\"operation\":\"update\",\"module\":\"Deals\",\"ids\":[\"1\",-2]}".getBytes(UTF_8), null);

        assertThat(parsed.events()).hasSize(1);
        assertThat(parsed.remainder().orElseThrow().body().path("ids").toString())
                .isEqualTo("[-2]");
    }

    @Test
    void where_a_time_is_required_a_change_without_one_is_refused_by_name() {
        WebhookParser strict = new WebhookParser(
                new WebhookRules(Topics.DEFAULT_MODULES, true, Duration.ofMinutes(5)),
                EventBudget.DEFAULT,
                () -> "new");
        String record = "{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[%s]}";
        Delivery delivery = new Delivery(null, null, Sender.of(EventSource.SIGNED), NOW);

        assertThat(strict.parse(NOTE.getBytes(UTF_8), delivery))
                .isEqualTo(new Parsed.Unprocessable("timestamp", "is no time of change"));
        assertThat(strict.parse(
                        record.formatted("{\"id\":\"1\",\"Modified_Time\":\"2026-01-02T04:00:00Z\"}")
                                .getBytes(UTF_8),
                        delivery))
                .isEqualTo(new Parsed.Unprocessable("data[0].Modified_Time", "is too far ahead"));
        assertThat(strict.parse(
                        record.formatted("{\"id\":\"1\",\"Modified_Time\":\"2026-01-02T03:00:00Z\"}")
                                .getBytes(UTF_8),
                        delivery))
                .isInstanceOf(Parsed.Events.class);
        assertThat(strict.parse(
                        "{\"operation\":\"update\",\"module\":\"Deals\",\"ids\":[\"1\"]}".getBytes(UTF_8), delivery))
                .isEqualTo(new Parsed.Unprocessable("server_time", "is no time of change"));
    }

    @Test
    void a_token_is_taken_out_of_the_bytes_which_stay_as_they_are_otherwise() {
        String token = "t".repeat(43);
        for (String marks : List.of("", "\ufeff\ufeff")) {
            String body = marks
                    + "{ \"a\":\"\u00fc\",\"token\" : \"%s\", \"channel_id\":\"1\", \"b\":{\"token\":\"own\"}} %s";

            assertThat(redacted(body.formatted(token, ""))).isEqualTo(body.formatted("redacted", ""));
            assertThat(redacted(body.formatted("\\u0074" + "t".repeat(42), "and more, " + token)))
                    .as("escaped, and again behind the end")
                    .isEqualTo(body.formatted("redacted", "and more, redacted"));
        }
        assertThat(redacted("{\"token\":\"" + token + "\",\"token\":\"" + token + "\",\"x\":\n\n"))
                .isEqualTo("{\"token\":\"redacted\",\"token\":\"redacted\",\"x\":\n\n");
        for (String without : List.of("{\"token\":null}", "token=x")) {
            byte[] body = without.getBytes(UTF_8);
            assertThat(TokenRedaction.of(body, null).orElseThrow()).isSameAs(body);
        }
    }

    private static String redacted(String body) {
        return new String(TokenRedaction.of(body.getBytes(UTF_8), null).orElseThrow(), UTF_8);
    }

    private Parsed parse(byte[] body, String contentType) {
        return parser.parse(body, new Delivery(contentType, null, Sender.of(EventSource.SIGNED), NOW));
    }
}
