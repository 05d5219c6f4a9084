package io.webhookmemory.topics.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.digest.Sha256;
import io.webhookmemory.topics.json.CanonicalJson;
import io.webhookmemory.topics.json.InstantText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The deduplication key: a SHA-256 over the sender and everything it reported about a change. Two events with the same
 * identity have the same content; an event with any other content has another identity, whatever its event id.
 * Thread-safe.
 *
 * <p>Content is digested as canonical JSON (names sorted, no white space, numbers as written), so that the same
 * delivery has the same digest when a proxy or template formats it differently.
 */
public final class EventIdentity {
    private static final int LENGTH = 64;
    /** What precedes a text of a usual length. */
    private static final String[] LENGTHS =
            IntStream.range(0, 256).mapToObj(length -> length + ":").toArray(String[]::new);

    private static final String NO_NAMES = combined(List.of());

    private EventIdentity() {}

    /**
     * The reported content of a change.
     *
     * @param occurrence the number of the change among the webhook's changes of this record, from 1: two equal changes
     *     in one webhook may be a change there and back
     * @param record digest of the record's content, see {@link #ofContent}
     * @param modifiedFields digest of the changed fields' names, see {@link #ofNames}
     * @param time when it happened; null if the webhook has no time
     */
    public record Change(
            String module,
            EventType type,
            String recordId,
            int occurrence,
            String record,
            String modifiedFields,
            Instant time) {}

    /**
     * The identity of an event.
     *
     * @param deliveryId the sender's name of the delivery; null if it has none
     */
    public static String of(Sender sender, String deliveryId, Change change) {
        return combined(Arrays.asList(
                sender.source().wireName(),
                sender.channelId(),
                deliveryId,
                change.module(),
                change.type().wireName(),
                change.recordId(),
                String.valueOf(change.occurrence()),
                change.record(),
                change.modifiedFields(),
                change.time() == null ? null : InstantText.of(change.time())));
    }

    /** The digest of a record's content. */
    public static String ofContent(ObjectNode record) {
        return ofContent(CanonicalJson.of(record));
    }

    /** @param canonical the record's content, as {@link CanonicalJson} */
    public static String ofContent(byte[] canonical) {
        return HexFormat.of().formatHex(Sha256.of(canonical));
    }

    /** The digest of the changed fields' names; their order does not matter. */
    public static String ofNames(List<String> names) {
        return names.isEmpty() ? NO_NAMES : combined(names.stream().sorted().toList());
    }

    /** One digest of several texts; each may be null. */
    public static String combined(List<String> texts) {
        // The length precedes each text, so that no two different lists have the same concatenation.
        List<String> parts = new ArrayList<>(2 * texts.size());
        for (String text : texts) {
            parts.add(text == null ? "-1:" : length(text.length()));
            parts.add(text == null ? "" : text);
        }
        return Sha256.hex(parts);
    }

    private static String length(int length) {
        return length < LENGTHS.length ? LENGTHS[length] : length + ":";
    }

    /** Whether a text has the form of an identity. */
    public static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!HexFormat.isHexDigit(text.charAt(i)) || Character.isUpperCase(text.charAt(i))) {
                return false;
            }
        }
        return text.length() == LENGTH;
    }
}
