package io.webhookmemory.zoho.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.Sender;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventBudgetTest {
    private static final String FIELDS = "\"operation\":\"update\",\"module\":\"Deals\"";

    private final WebhookParser parser =
            new WebhookParser(WebhookRules.of(Topics.DEFAULT_MODULES), EventBudget.DEFAULT, () -> "new");

    @Test
    void names_that_every_event_would_carry_are_counted_once_for_each() {
        String body = "{" + FIELDS + ",\"data\":[" + "{\"id\":1},".repeat(2_999) + "{\"id\":1}],\"modified_fields\":["
                + "\"x\",".repeat(60_000) + "\"x\"]}";

        assertThat(parse(body)).isInstanceOf(Parsed.TooLarge.class);
    }

    @Test
    void a_long_user_is_counted_for_every_event() {
        String body = "{" + FIELDS + ",\"data\":[" + "{\"id\":1},".repeat(999) + "{\"id\":1}],\"user\":{\"id\":\""
                + "x".repeat(100_000) + "\"}}";

        assertThat(parse(body)).isInstanceOf(Parsed.TooLarge.class);
    }

    @Test
    void values_of_an_id_that_is_repeated_are_counted_for_every_event() {
        String body = "{" + FIELDS + ",\"ids\":[" + "\"7\",".repeat(999)
                + "\"7\"],\"affected_values\":[{\"record_id\":\"7\",\"values\":{\"Description\":\""
                + "x".repeat(100_000)
                + "\"}}]}";

        assertThat(parse(body)).isInstanceOf(Parsed.TooLarge.class);
    }

    @Test
    void more_records_than_allowed_are_too_many_and_as_many_as_allowed_are_not() {
        assertThat(parse("{" + FIELDS + ",\"data\":[" + "{\"id\":1},".repeat(10_000) + "{\"id\":1}]}"))
                .isInstanceOf(Parsed.TooLarge.class);
        assertThat(parse("{" + FIELDS + ",\"data\":[" + "{\"id\":1},".repeat(9_999) + "{\"id\":1}]}"))
                .isInstanceOf(Parsed.Events.class);
    }

    @Test
    void bad_records_are_counted_as_the_good_ones_are() {
        assertThat(parse("{" + FIELDS + ",\"ids\":[" + "{},".repeat(10_000) + "\"7\"]}"))
                .isEqualTo(new Parsed.TooLarge("holds 10001 records, more than 10000"));
    }

    @Test
    void what_is_counted_is_no_less_than_what_is_written() {
        String values = "\"a\\u0001\\n\\\"\\\\\":[1,2.50,1e300,true,null,{\"ü\":\"你好 😀\"}],\"b\":{}";
        String body = "{" + FIELDS + ",\"data\":[{\"id\":\"1\"," + values + "}],\"modified_fields\":[\"ä\",\"b\"]}";
        WebhookEvent event = ((Parsed.Events) parse(body)).events().get(0);
        int written = EventCodec.toBytes(event).length;
        Change change = new Change("1", event.recordData(), event.modifiedFields(), java.util.Optional.empty(), false);

        assertThat(new EventBudget(1, written - 1).excess(List.of(change), null))
                .isPresent();
        assertThat(new EventBudget(1, written + 512).excess(List.of(change), null))
                .isEmpty();
    }

    @Test
    void events_of_one_webhook_share_its_names_and_repeated_ids_share_their_values() {
        List<WebhookEvent> events = ((Parsed.Events)
                        parse("{" + FIELDS + ",\"data\":[{\"id\":1},{\"id\":2}],\"modified_fields\":[\"Stage\"]}"))
                .events();
        List<WebhookEvent> repeated = ((Parsed.Events)
                        parse(
                                "{" + FIELDS
                                        + ",\"ids\":[\"7\",\"7\"],\"affected_values\":[{\"record_id\":\"7\",\"values\":{\"Stage\":\"Won\"}}]}"))
                .events();

        assertThat(events.get(0).modifiedFields()).isSameAs(events.get(1).modifiedFields());
        assertThat(repeated.get(0).recordData()).isSameAs(repeated.get(1).recordData());
        assertThat(repeated.get(0).recordData().path("id").asText()).isEqualTo("7");
    }

    private Parsed parse(String body) {
        return parser.parse(
                body.getBytes(StandardCharsets.UTF_8),
                new Delivery(null, null, Sender.of(EventSource.SIGNED), Instant.EPOCH));
    }
}
