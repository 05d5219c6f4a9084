package io.webhookmemory.zoho.webhook;

import io.webhookmemory.topics.event.EventIdentity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Names webhooks that their sender gave no name. The same change has the same name however often it is sent. Where the
 * body holds no time of the change, a repeat cannot be told from a field that went there and back; then every delivery is
 * a change of its own. Names are for people and logs: what a repeat is, {@link EventIdentity} decides.
 */
final class EventIds {
    /** Cannot be part of any of the values. */
    private static final char SEPARATOR = '\u0000';

    private EventIds() {}

    /** @param newIds gives a new id at each call */
    static String derive(
            String channelId, String module, String operation, List<Change> changes, Supplier<String> newIds) {
        if (changes.stream().anyMatch(change -> change.time().isEmpty())) {
            return newIds.get();
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

    /**
     * The ids of a webhook's events, in the order of its records. A record that comes more than once has changed more than
     * once: its further events are numbered, so that nobody takes them for repeats of the first.
     */
    static List<String> ofRecords(String webhookId, List<Change> changes) {
        if (changes.size() == 1) {
            return List.of(webhookId);
        }
        Map<String, Integer> seen = new HashMap<>();
        List<String> ids = new ArrayList<>();
        for (Change change : changes) {
            String id = webhookId + ":" + change.recordId();
            int times = seen.merge(change.recordId(), 1, Integer::sum);
            ids.add(times == 1 ? id : id + ":" + times);
        }
        return ids;
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
