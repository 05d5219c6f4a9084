package io.webhookmemory.ingress.webhook;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochRandomGenerator;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Names webhooks so that the same change has the same name however often it is sent. Where the body holds no time of the
 * change, a repeat cannot be told from a field that went there and back; then every delivery is a change of its own.
 */
final class EventIds {
    private static final TimeBasedEpochRandomGenerator UUID_V7 = Generators.timeBasedEpochRandomGenerator();
    /** Cannot be part of any of the values. */
    private static final char SEPARATOR = '\u0000';

    private EventIds() {}

    static String derive(String channelId, String module, String operation, List<Change> changes) {
        if (changes.stream().anyMatch(change -> change.time().isEmpty())) {
            return UUID_V7.generate().toString();
        }
        StringBuilder identity = new StringBuilder();
        identity.append(channelId)
                .append(SEPARATOR)
                .append(module)
                .append(SEPARATOR)
                .append(operation);
        for (Change change : changes) {
            identity.append(SEPARATOR)
                    .append(change.recordId())
                    .append(SEPARATOR)
                    .append(change.time().orElseThrow());
        }
        return sha256(identity.toString());
    }

    /** The id of one record's event within a webhook. */
    static String ofRecord(String webhookId, Change change, int changesInWebhook) {
        return changesInWebhook == 1 ? webhookId : webhookId + ":" + change.recordId();
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
