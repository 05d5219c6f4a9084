package io.webhookmemory.ingress.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import io.webhookmemory.ingress.OpenApi;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.Sender;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.zoho.webhook.Delivery;
import io.webhookmemory.zoho.webhook.EventBudget;
import io.webhookmemory.zoho.webhook.Parsed;
import io.webhookmemory.zoho.webhook.WebhookParser;
import io.webhookmemory.zoho.webhook.WebhookRules;
import java.io.IOException;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The published schema of a webhook's body and the parser take the same bodies, and no others. */
class WebhookSchemaTest {
    private static final int BODIES = 10_000;
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    private final WebhookParser parser =
            new WebhookParser(WebhookRules.of(Topics.DEFAULT_MODULES), EventBudget.DEFAULT, () -> "new");
    private final Schema schema = OpenApi.schema("Webhook");
    private final Schema eventSchema = OpenApi.eventSchema();

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void what_the_schema_allows_the_parser_takes_and_what_it_refuses_the_parser_refuses(long seed) throws Exception {
        GeneratedBodies bodies = new GeneratedBodies(new Random(seed));
        int allowed = 0;
        for (int i = 0; i < BODIES; i++) {
            JsonNode body = bodies.next();
            boolean valid = schema.validate(body).isEmpty();
            allowed += valid ? 1 : 0;
            assertThat(parse(body) instanceof Parsed.Events events
                            && events.remainder().isEmpty())
                    .as("the parser takes the whole of, as the schema does, %s", body)
                    .isEqualTo(valid);
        }
        assertThat(allowed).as("bodies of either sort").isBetween(BODIES / 10, BODIES * 9 / 10);
    }

    @Test
    void every_event_of_a_generated_body_is_as_its_own_schema_says_and_can_be_read_back() throws Exception {
        GeneratedBodies bodies = new GeneratedBodies(new Random(14));
        int seen = 0;
        for (int i = 0; i < BODIES; i++) {
            if (parse(bodies.next()) instanceof Parsed.Events parsed) {
                for (WebhookEvent event : parsed.events()) {
                    byte[] bytes = EventCodec.toBytes(event);
                    assertThat(OpenApi.problems(eventSchema, Json.MAPPER.readTree(bytes)))
                            .isEmpty();
                    assertThat(EventCodec.fromBytes(bytes)).isEqualTo(event);
                    seen++;
                }
            }
        }
        assertThat(seen).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"insert", "update-values", "update-fields", "delete"})
    void notifications_as_zoho_sends_them_are_allowed_and_taken(String name) throws Exception {
        // Leads, which the captured ones are of, are not among the modules we take.
        ObjectNode notification =
                (ObjectNode) Json.MAPPER.readTree(getClass().getResourceAsStream("/notifications/" + name + ".json"));
        notification.put("module", "Contacts");

        assertThat(schema.validate(notification)).isEmpty();
        assertThat(parse(notification)).isInstanceOfSatisfying(Parsed.Events.class, parsed -> {
            assertThat(parsed.events()).singleElement().satisfies(event -> {
                assertThat(event.recordId())
                        .isEqualTo(notification.path("ids").path(0).asText());
                assertThat(event.timestamp())
                        .isEqualTo(Instant.ofEpochMilli(
                                notification.path("server_time").asLong()));
                assertThat(event.recordData().size())
                        .isEqualTo(
                                1 + notification.at("/affected_values/0/values").size());
            });
        });
    }

    private Parsed parse(JsonNode body) throws IOException {
        return parser.parse(
                Json.MAPPER.writeValueAsBytes(body), new Delivery(null, null, Sender.of(EventSource.SIGNED), NOW));
    }
}
