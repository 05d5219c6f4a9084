package io.webhookmemory.zoho.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Limits on the events of one webhook. Every record results in an event with the webhook's {@code modified_fields} and user,
 * so a body of 87 kB can result in gigabytes of events. The size is computed before any event is serialized. Thread-safe.
 *
 * @param maxRecords of one webhook
 * @param maxBytes of all its events together, as JSON
 */
public record EventBudget(int maxRecords, long maxBytes) {
    private static final int MIB = 1024 * 1024;

    /** The defaults of the settings. */
    public static final EventBudget DEFAULT = new EventBudget(10_000, 8L * MIB);

    /**
     * Larger limits for {@code admin replay}: an operator starts it, and it processes one webhook at a time. The limits are
     * needed because a rejected webhook may result in gigabytes of events, and the command has 256 MiB.
     */
    public static final EventBudget REPLAY = new EventBudget(100_000, 32L * MIB);

    /** The size of the largest Kafka record, minus its key, its headers and the fields that every event has. */
    private static final long MAX_BYTES_OF_ONE = (3L * 1024 - 64) * 1024;
    /** The names and ids of the fields that are not shared. */
    private static final int FIELDS_BYTES = 512;

    /** Reports too many records, good and bad; empty within the limit. */
    Optional<Parsed.TooLarge> excess(int records) {
        return records > maxRecords
                ? Optional.of(new Parsed.TooLarge("holds " + records + " records, more than " + maxRecords))
                : Optional.empty();
    }

    /** Reports that a single event or all events together are too large; empty within the limits. */
    Optional<Parsed.TooLarge> excess(List<Change> changes, String userId) {
        // Almost every webhook is so small that its texts need not be read.
        return isWithin(changes, userId, EventBudget::mostTextBytes)
                        || isWithin(changes, userId, EventBudget::textBytes)
                ? Optional.empty()
                : Optional.of(new Parsed.TooLarge("becomes more bytes of events than "
                        + Math.min(MAX_BYTES_OF_ONE, maxBytes) + " for one or " + maxBytes + " for all"));
    }

    private boolean isWithin(List<Change> changes, String userId, ToLongFunction<String> textBytes) {
        long userBytes = userId == null ? 0 : textBytes.applyAsLong(userId);
        // Changes share records and lists of names; each is measured once.
        IdentityHashMap<Object, Long> measured = new IdentityHashMap<>(2 * changes.size());
        long total = 0;
        for (Change change : changes) {
            long bytes = FIELDS_BYTES
                    + userBytes
                    + measured.computeIfAbsent(change.recordData(), node -> bytes(change.recordData(), textBytes))
                    + measured.computeIfAbsent(
                            change.modifiedFields(), list -> bytes(change.modifiedFields(), textBytes));
            total += bytes;
            if (bytes > MAX_BYTES_OF_ONE || total > maxBytes) {
                return false;
            }
        }
        return true;
    }

    private static long bytes(Collection<String> names, ToLongFunction<String> textBytes) {
        return names.stream().mapToLong(textBytes).sum();
    }

    /** An upper bound of the node's size as JSON. */
    private static long bytes(JsonNode node, ToLongFunction<String> textBytes) {
        if (node.isTextual()) {
            return textBytes.applyAsLong(node.textValue());
        }
        if (!node.isContainerNode()) {
            return 1L + node.asText().length();
        }
        long bytes = 2;
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            bytes += textBytes.applyAsLong(field.getKey()) + bytes(field.getValue(), textBytes);
        }
        for (JsonNode element : node.isArray() ? node : List.<JsonNode>of()) {
            bytes += 1 + bytes(element, textBytes);
        }
        return bytes;
    }

    /** The upper bound for a text of this length: every character escaped. */
    private static long mostTextBytes(String text) {
        return 3 + 6L * text.length();
    }

    /** The size including quotes and a separator. */
    private static long textBytes(String text) {
        long bytes = 3;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < ' ' ? 6 : c == '"' || c == '\\' ? 2 : c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
        }
        return bytes;
    }
}
