package io.webhookmemory.zoho.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.Sender;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.zoho.webhook.Parsed.Unreadable.Reason;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Webhooks of Zoho's workflow rules: forms, and JSON typed by hand with merge fields in it. */
class WorkflowWebhookTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String MULTIPART = "multipart/form-data; boundary=----zoho7";
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final PathTarget DEALS_UPDATE = new PathTarget("Deals", "update");

    private final WebhookParser parser =
            new WebhookParser(WebhookRules.of(Topics.DEFAULT_MODULES), EventBudget.DEFAULT, () -> "new");

    @Test
    void a_forms_fields_are_the_record_and_its_token_is_not() {
        WebhookEvent event = event(
                "token=" + TOKEN + "&module=Deals&operation=edit&id=5725767000000000042&Deal_Name=Forty+pumps%21"
                        + "&Amount=1200.50&user_id=7&modified_fields=Deal_Name,+Amount",
                FORM);

        assertThat(event.eventType()).isEqualTo(EventType.UPDATE);
        assertThat(event.module()).isEqualTo("Deals");
        assertThat(event.recordId()).isEqualTo("5725767000000000042");
        assertThat(event.userId()).isEqualTo("7");
        assertThat(event.source()).isEqualTo(EventSource.TOKEN);
        assertThat(event.modifiedFields()).containsExactly("Deal_Name", "Amount");
        assertThat(event.recordData())
                .hasToString("{\"id\":\"5725767000000000042\",\"Deal_Name\":\"Forty pumps!\",\"Amount\":\"1200.50\"}");
    }

    @Test
    void the_token_is_no_part_of_an_events_identity() {
        String form = "module=Deals&operation=edit&id=1&Modified_Time=2026-01-01T10:00:00Z&token=";

        assertThat(event(form + TOKEN, FORM).identity())
                .isEqualTo(event(form + "x".repeat(32), FORM).identity());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UTF-8|application/x-www-form-urlencoded|Gr%C3%BC%C3%9Fe",
                "UTF-8|Application/X-WWW-Form-URLEncoded; charset=utf-8|Grüße",
                "windows-1252|application/x-www-form-urlencoded; charset=windows-1252|Gr%FC%DFe",
                "windows-1252|application/x-www-form-urlencoded; charset=windows-1252|Grüße",
                "UTF-8|application/x-www-form-urlencoded; charset=us-ascii|Gr%C3%BC%C3%9Fe",
            })
    void a_form_is_read_in_the_charset_of_its_content_type(String charset, String contentType, String value) {
        byte[] body = ("module=Notes&operation=create&id=1&a=" + value).getBytes(Charset.forName(charset));

        assertThat(events(parse(body, contentType, null))
                        .get(0)
                        .recordData()
                        .path("a")
                        .asText())
                .isEqualTo("Grüße");
    }

    @Test
    void parts_keep_quotation_marks_line_breaks_and_other_charsets() {
        byte[] body = multipart(
                        part("module", "Notes"),
                        part("operation", "create"),
                        part("id", "7"),
                        part("Note_Title", "He said \"5 > 3\" & left"),
                        part("Note_Content", "first\r\nsecond\n--not a boundary\n\u4f60\u597d"),
                        "Content-Disposition: form-data; name=\"Old\"\r\nContent-Type: text/plain; charset=windows-1252"
                                + "\r\n\r\nGr@e\r\n")
                .getBytes(UTF_8);
        body[indexOf(body, '@')] = (byte) 0xfc;

        WebhookEvent event = events(parse(body, MULTIPART, null)).get(0);

        assertThat(event.recordData().path("Note_Title").asText()).isEqualTo("He said \"5 > 3\" & left");
        assertThat(event.recordData().path("Note_Content").asText())
                .isEqualTo("first\r\nsecond\n--not a boundary\n\u4f60\u597d");
        assertThat(event.recordData().path("Old").asText()).isEqualTo("Gr\u00fce");
    }

    @Test
    void an_empty_field_says_nothing_unless_it_is_listed_in_clears() {
        String form = "module=Deals&operation=update&id=1&Stage=&Next_Step=&Owner.id=&Owner.name=+&Account_Name.id=";

        assertThat(event(form, FORM).recordData()).hasToString("{\"id\":\"1\"}");
        assertThat(event(form + "&clears=Stage,+Account_Name,Amount", FORM).recordData())
                .as("a field that is not sent is not cleared")
                .hasToString("{\"id\":\"1\",\"Stage\":null,\"Account_Name\":null}");
        assertThat(event(
                                "{\"module\":\"Deals\",\"operation\":\"update\",\"id\":\"1\",\"Stage\":\"\",\"Next_Step\":\"\","
                                        + "\"clears\":[\"Stage\"]}",
                                "application/json")
                        .recordData())
                .hasToString("{\"id\":\"1\",\"Stage\":null}");
    }

    @Test
    void the_parts_of_a_lookup_become_one_object() {
        assertThat(event("module=Deals&operation=update&id=1&Account_Name.id=9&Account_Name.name=Hollerbach", FORM)
                        .recordData())
                .hasToString("{\"id\":\"1\",\"Account_Name\":{\"id\":\"9\",\"name\":\"Hollerbach\"}}");
    }

    @Test
    void module_and_operation_may_be_in_the_path() {
        WebhookEvent event = events(parse("id=1&Stage=Won".getBytes(UTF_8), FORM, new PathTarget("deals", "Edit")))
                .get(0);

        assertThat(event.module()).isEqualTo("Deals");
        assertThat(event.eventType()).isEqualTo(EventType.UPDATE);
        assertThat(events(parse("{\"id\":\"1\"}".getBytes(UTF_8), null, DEALS_UPDATE)))
                .hasSize(1);
        assertThat(events(parse("{\"data\":[{\"id\":\"1\"},{\"id\":\"2\"}]}".getBytes(UTF_8), null, DEALS_UPDATE)))
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "module=Contacts&id=1",
                "operation=delete&id=1",
                "module=Contacts&operation=edit&id=1",
            })
    void a_path_that_says_otherwise_than_the_body_is_refused(String form) {
        assertThat(parse(form.getBytes(UTF_8), FORM, DEALS_UPDATE))
                .isEqualTo(new Parsed.Unreadable(Reason.PATH_CONFLICT));
        assertThat(parse("module=deals&operation=EDIT&id=1".getBytes(UTF_8), FORM, DEALS_UPDATE))
                .as("the same in other words")
                .isInstanceOf(Parsed.Events.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "module=Leads&operation=edit&id=1|module",
                "module=Deals&operation=touch&id=1|operation",
                "module=Deals&id=1|operation",
                "module=Deals&operation=edit|id",
                "module=Deals&operation=edit&id=${!Deals.Deal Id}|id",
            })
    void what_is_missing_or_not_allowed_is_named(String form, String field) {
        assertThat(parse(form.getBytes(UTF_8), FORM, null))
                .isInstanceOfSatisfying(
                        Parsed.Unprocessable.class,
                        unprocessable -> assertThat(unprocessable.field()).isEqualTo(field));
    }

    @Test
    void two_fields_of_one_name_are_refused_in_every_sort_of_form() {
        Parsed duplicate = new Parsed.Unreadable(Reason.DUPLICATE_NAME);

        assertThat(parse("module=Deals&operation=edit&id=1&id=2".getBytes(UTF_8), FORM, null))
                .isEqualTo(duplicate);
        assertThat(parse("module=Deals&operation=edit&id=1&%69d=1".getBytes(UTF_8), FORM, null))
                .isEqualTo(duplicate);
        assertThat(parse("id=1&Account_Name=x&Account_Name.id=2".getBytes(UTF_8), FORM, DEALS_UPDATE))
                .isEqualTo(duplicate);
        assertThat(parse(multipart(part("id", "1"), part("id", "2")).getBytes(UTF_8), MULTIPART, DEALS_UPDATE))
                .isEqualTo(duplicate);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\u000f"})
    void a_field_without_a_name_that_can_be_printed_is_refused_in_every_kind_of_form(String name) {
        assertBadForm(parse(("id=1&" + URLEncoder.encode(name, UTF_8) + "=2").getBytes(UTF_8), FORM, DEALS_UPDATE));
        assertBadForm(parse(multipart(part("id", "1"), part(name, "2")).getBytes(UTF_8), MULTIPART, DEALS_UPDATE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "\u00ef", "$a-c_1"})
    void a_name_of_letters_digits_and_blanks_is_a_field_in_every_kind_of_form(String name) {
        String form = "id=1&" + URLEncoder.encode(name, UTF_8) + "=2";

        assertThat(record(parse(form.getBytes(UTF_8), FORM, DEALS_UPDATE)).path(name))
                .isEqualTo(TextNode.valueOf("2"));
        assertThat(record(parse(multipart(part("id", "1"), part(name, "2")).getBytes(UTF_8), MULTIPART, DEALS_UPDATE))
                        .path(name))
                .isEqualTo(TextNode.valueOf("2"));
    }

    @Test
    void more_fields_than_any_module_has_are_refused() {
        String[] parts = new String[1_001];
        java.util.Arrays.setAll(parts, i -> part("f" + i, "x"));

        for (Parsed parsed : List.of(
                parse(("a=1&" + "b=2&".repeat(1_000)).getBytes(UTF_8), FORM, null),
                parse(multipart(parts).getBytes(UTF_8), MULTIPART, null))) {
            assertThat(parsed).isEqualTo(new Parsed.Unreadable(Reason.BAD_FORM, "more than 1000 fields"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"id=%zz", "id=%C3", "%=1", "id=%", "%FF=1"})
    void a_form_with_broken_encoding_is_refused(String form) {
        assertBadForm(parse(form.getBytes(UTF_8), FORM, DEALS_UPDATE));
    }

    @Test
    void a_form_that_is_cut_short_or_holds_a_file_is_refused() {
        String whole = multipart(part("id", "1"), part("Stage", "Won"));
        String file = multipart("Content-Disposition: form-data; name=\"a\"; filename=\"a.txt\"\r\n\r\nx\r\n");

        for (int length = whole.length() - 5; length > 20; length -= 7) {
            assertBadForm(parse(whole.substring(0, length).getBytes(UTF_8), MULTIPART, DEALS_UPDATE));
        }
        assertBadForm(parse(multipart(part("a" + ";b=c".repeat(3_000), "1")).getBytes(UTF_8), MULTIPART, DEALS_UPDATE));
        assertBadForm(parse(file.getBytes(UTF_8), MULTIPART, DEALS_UPDATE));
        assertBadForm(parse("------zoho7--".getBytes(UTF_8), "multipart/form-data; boundary=\"a\rb\"", DEALS_UPDATE));
    }

    @Test
    void json_under_a_forms_content_type_is_json() {
        String json = " {\"module\":\"Deals\",\"operation\":\"edit\",\"id\":\"1\",\"a\":\"b=c&d\"}";

        assertThat(event(json, FORM).recordData().path("a").asText()).isEqualTo("b=c&d");
        assertThat(event(json, MULTIPART).recordData().path("a").asText()).isEqualTo("b=c&d");
    }

    @Test
    void line_breaks_of_a_merge_field_do_not_spoil_json() {
        String json =
                "{\"module\":\"Notes\",\"operation\":\"create\",\"id\":\"1\",\n \"Note_Content\":\"a\nb\r\n\tc\"}";

        Parsed.Events parsed = (Parsed.Events) parse(json.getBytes(UTF_8), null, null);

        assertThat(parsed.repaired()).isTrue();
        assertThat(parsed.events().get(0).recordData().path("Note_Content").asText())
                .isEqualTo("a\nb\r\n\tc");
        assertThat(((Parsed.Events) parse(json.replace("a\nb\r\n\tc", "a").getBytes(UTF_8), null, null)).repaired())
                .isFalse();
    }

    @Test
    void a_quotation_mark_of_a_merge_field_is_refused_with_its_place() {
        String json = "{\"module\":\"Notes\",\n\"operation\":\"create\",\n\"Note_Content\":\"say \"hello\" twice\"}";

        assertThat(parse(json.getBytes(UTF_8), null, null))
                .isEqualTo(new Parsed.Unreadable(Reason.NOT_JSON, "the JSON breaks off at line 3, column 22"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"31/12/2026 10:15 AM", "2026-12-31 10:15", "Dec 31, 2026", "0", "-5", "\u4f60"})
    void a_time_in_a_users_format_is_no_time_and_counts_as_unreadable(String time) {
        Parsed.Events parsed = (Parsed.Events)
                parse(("module=Deals&operation=edit&id=1&Modified_Time=" + time).getBytes(UTF_8), FORM, null);

        assertThat(parsed.unreadableTimes()).isEqualTo(1);
        assertThat(parsed.withoutTime()).isEqualTo(1);
        assertThat(parsed.events().get(0).timestamp()).isEqualTo(NOW);
    }

    @Test
    void a_time_that_is_missing_or_readable_is_not_unreadable() {
        for (String time : List.of("", "&Modified_Time=", "&Modified_Time=2026-01-01T10:00:00%2B02:00")) {
            assertThat(((Parsed.Events) parse(("module=Deals&operation=edit&id=1" + time).getBytes(UTF_8), FORM, null))
                            .unreadableTimes())
                    .isZero();
        }
        Parsed.Events second = (Parsed.Events) parse(
                "module=Deals&operation=edit&id=1&Modified_Time=x&timestamp=2026-01-01T10:00:00Z".getBytes(UTF_8),
                FORM,
                null);
        assertThat(second.unreadableTimes()).isEqualTo(1);
        assertThat(second.withoutTime()).isZero();
    }

    @Test
    void where_a_time_is_required_an_unreadable_one_is_refused_by_name() {
        WebhookParser strict = new WebhookParser(
                new WebhookRules(Topics.DEFAULT_MODULES, true, Duration.ofMinutes(5)),
                EventBudget.DEFAULT,
                () -> "new");

        assertThat(strict.parse("id=1&Modified_Time=31/12/2026".getBytes(UTF_8), delivery(FORM, DEALS_UPDATE)))
                .isEqualTo(new Parsed.Unprocessable("Modified_Time", "is no time of change"));
    }

    @Test
    void a_token_is_taken_out_of_a_form_and_nothing_else() {
        assertThat(redacted("id=1&token=" + TOKEN + "&tokens=2&%74oken=" + TOKEN + "&note=" + TOKEN, FORM))
                .isEqualTo("id=1&token=redacted&tokens=2&%74oken=redacted&note=redacted");
        assertThat(redacted("token=%30" + TOKEN.substring(1) + "&id=%zz&%=1", FORM))
                .as("also of a form that cannot be read")
                .isEqualTo("token=redacted&id=%zz&%=1");
        assertThat(redacted(multipart(part("id", "1"), part("token", TOKEN), part("a", "b")), MULTIPART))
                .isEqualTo(multipart(part("id", "1"), part("token", "redacted"), part("a", "b")));
        assertThat(TokenRedaction.of(("--x\r\ntoken=" + TOKEN).getBytes(UTF_8), MULTIPART))
                .as("a broken form that may hold one")
                .isEmpty();
    }

    private static String redacted(String body, String contentType) {
        return new String(TokenRedaction.of(body.getBytes(UTF_8), contentType).orElseThrow(), UTF_8);
    }

    private static ObjectNode record(Parsed parsed) {
        return ((Parsed.Events) parsed).events().get(0).recordData();
    }

    private static String part(String name, String value) {
        return "Content-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    private static String multipart(String... parts) {
        StringBuilder body = new StringBuilder();
        for (String part : parts) {
            body.append("------zoho7\r\n").append(part);
        }
        return body.append("------zoho7--\r\n").toString();
    }

    private static int indexOf(byte[] body, char wanted) {
        int i = 0;
        while (body[i] != wanted) {
            i++;
        }
        return i;
    }

    private static void assertBadForm(Parsed parsed) {
        assertThat(parsed)
                .isInstanceOfSatisfying(
                        Parsed.Unreadable.class,
                        unreadable -> assertThat(unreadable.reason()).isEqualTo(Reason.BAD_FORM));
    }

    private WebhookEvent event(String body, String contentType) {
        return events(parse(body.getBytes(UTF_8), contentType, null)).get(0);
    }

    private static List<WebhookEvent> events(Parsed parsed) {
        assertThat(parsed).isInstanceOf(Parsed.Events.class);
        return ((Parsed.Events) parsed).events();
    }

    private Parsed parse(byte[] body, String contentType, PathTarget target) {
        return parser.parse(body, delivery(contentType, target));
    }

    private static Delivery delivery(String contentType, PathTarget target) {
        return new Delivery(contentType, null, Sender.of(EventSource.TOKEN), NOW, Optional.ofNullable(target));
    }
}
