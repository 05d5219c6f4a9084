package io.webhookmemory.topics.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.topics.wire.JsonSerde;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DirectoryEntryTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final JsonSerde<DirectoryEntry> SERDE = JsonSerde.directoryEntry();

    @Test
    void an_entry_from_before_there_were_intents_reads_as_one_without() {
        String old = "{\"module\":\"Deals\",\"account_id\":\"7\",\"dataset\":\"account_7\",\"data_id\":\"d\","
                + "\"content_sha256\":\"ab\",\"event_time\":\"2026-01-02T03:04:05Z\"}";

        assertThat(SERDE.fromBytes(old.getBytes(UTF_8)))
                .isEqualTo(new DirectoryEntry("Deals", "7", "account_7", "d", "ab", NOW));
    }

    @Test
    void an_entry_that_announced_a_document_before_there_were_intents_reads_as_one_without_a_document() {
        String old = "{\"module\":\"Deals\",\"account_id\":\"7\",\"dataset\":\"account_7\","
                + "\"event_time\":\"2026-01-02T03:04:05Z\"}";

        assertThat(SERDE.fromBytes(old.getBytes(UTF_8)))
                .isEqualTo(new DirectoryEntry("Deals", "7", "account_7", null, null, NOW));
    }

    @Test
    void an_entry_without_an_intent_is_written_as_before() {
        byte[] written = SERDE.toBytes(new DirectoryEntry("Deals", "7", "account_7", "d", "ab", NOW));

        assertThat(new String(written, UTF_8)).doesNotContain("intent");
    }

    @Test
    void an_intent_survives_the_wire_beside_what_was_true_before() {
        DirectoryEntry.Intent intent = new DirectoryEntry.Intent(List.of("account_8"), "cd", "e-1", "sink-0", NOW);
        DirectoryEntry entry = new DirectoryEntry("Deals", "7", "account_7", "d", "ab", NOW, intent);

        assertThat(SERDE.fromBytes(SERDE.toBytes(entry))).isEqualTo(entry);
    }
}
