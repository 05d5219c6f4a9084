package io.webhookmemory.topics.event;

import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The key of deduplication: a SHA-256 over who reported a change and everything that was reported of it. Two events of
 * one identity say the same; an event that says anything else has another identity, whatever it is called. Thread-safe.
 *
 * <p>Content is digested as canonical JSON (names sorted, no white space, numbers as written), so a delivery that a proxy
 * or a template writes differently is still the same delivery.
 */
public final class EventIdentity {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");
    private static final ObjectWriter CANONICAL = Json.MAPPER.writer().with(JsonNodeFeature.WRITE_PROPERTIES_SORTED);
    private static final String NO_NAMES = combined(List.of());

    private EventIdentity() {}

    /**
     * What is reported of a change.
     *
     * @param occurrence which of the webhook's changes of this record it is, from 1: the same change twice in one webhook
     *     may be there and back
     * @param record digest of the record's content, see {@link #ofContent}
     * @param modifiedFields digest of the changed fields' names, see {@link #ofNames}
     * @param time when it happened; null where the webhook does not say
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
     * @param deliveryId what the sender calls the delivery; null where it gives no name
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
                change.time() == null ? null : change.time().toString()));
    }

    /** The digest of a record's content, in time linear in its size but for the sorting of names. */
    public static String ofContent(ObjectNode record) {
        MessageDigest sha256 = sha256();
        try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
            CANONICAL.writeValue(out, record);
        } catch (IOException e) {
            throw new UncheckedIOException("JSON can always be written", e);
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    /** The digest of changed fields' names, whose order does not count. */
    public static String ofNames(List<String> names) {
        return names.isEmpty() ? NO_NAMES : combined(names.stream().sorted().toList());
    }

    /** One digest of several texts, any of which may be null. */
    public static String combined(List<String> texts) {
        // Each is preceded by its length: no text can take in a part of its neighbour.
        StringBuilder all = new StringBuilder();
        for (String text : texts) {
            all.append(text == null ? -1 : text.length()).append(':').append(text == null ? "" : text);
        }
        return HexFormat.of().formatHex(sha256().digest(all.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** Whether a text has the form of an identity. */
    public static boolean isWellFormed(String text) {
        return FORM.matcher(text).matches();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
