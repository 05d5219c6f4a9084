package io.webhookmemory.zoho.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.Sender;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.PreparedEvent;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mutated bodies: whatever comes, the parser gives an answer, and what it lets through every consumer can read. */
class WebhookParserFuzzTest {
    private static final int MUTATIONS = 20_000;
    private static final List<String> SEEDS = List.of(
            "{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[{\"id\":\"1\",\"Modified_Time\":\"2026-01-01T10:00:00Z\"}],\"user\":{\"id\":\"7\"}}",
            "{\"event_type\":\"create\",\"module\":\"Notes\",\"record_id\":5,\"record_data\":{\"a\":null},\"modified_fields\":[\"a\"]}",
            "{\"server_time\":1718117126473,\"ids\":[\"5725767000003000064\"],\"module\":\"Accounts\",\"operation\":\"insert\",\"affected_fields\":[{\"5725767000003000064\":[\"x\"]}],\"affected_values\":[{\"record_id\":\"5725767000003000064\",\"values\":{}}],\"channel_id\":\"1\",\"token\":\"t\"}");
    private static final List<String> PIECES = List.of(
            "null",
            "[]",
            "{}",
            "\"\"",
            "1e999",
            "-1",
            "99999999999999999999999",
            "\\u0000",
            "\"",
            "}",
            "]",
            ",",
            ":",
            "+999999999-01-01T00:00:00Z",
            "\"ids\":",
            "\"data\":",
            "true",
            "\ud83d\ude00");

    private final WebhookParser parser =
            new WebhookParser(WebhookRules.of(Topics.DEFAULT_MODULES), EventBudget.DEFAULT, () -> "new");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void a_mutated_body_is_answered_and_what_passes_is_a_valid_event(long seed) throws Exception {
        Random random = new Random(seed);
        Mutations mutations = new Mutations(PIECES, random);
        int passed = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] body = mutate(SEEDS.get(random.nextInt(SEEDS.size())), mutations, random);
            Parsed parsed = parser.parse(
                    body, new Delivery(null, null, Sender.of(EventSource.SIGNED), Instant.EPOCH.plusSeconds(i)));
            if (parsed instanceof Parsed.Events events) {
                passed++;
                for (PreparedEvent event : events.prepared()) {
                    assertThat(EventCodec.fromBytes(event.toBytes())).isEqualTo(event.event());
                }
            }
        }
        assertThat(passed).as("mutations that are still webhooks").isPositive();
    }

    /** A mutation, which now and then is no longer UTF-8. */
    private static byte[] mutate(String seed, Mutations mutations, Random random) {
        byte[] bytes = mutations.of(seed);
        if (random.nextInt(10) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }
}
