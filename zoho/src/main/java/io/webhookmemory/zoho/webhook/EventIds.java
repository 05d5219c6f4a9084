package io.webhookmemory.zoho.webhook;

import io.webhookmemory.topics.digest.Sha256;
import io.webhookmemory.topics.event.EventIdentity;
import io.webhookmemory.topics.json.InstantText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Derives ids for webhooks without an event id from the sender. Every delivery of the same change gets the same id. Without
 * a time of change, a duplicate cannot be distinguished from a field that changed back; then every delivery gets a new id.
 * Ids are for operators and logs; {@link EventIdentity} decides which events are duplicates.
 */
final class EventIds {
    /** Does not occur in any of the values. */
    private static final char SEPARATOR = '\u0000';

    private EventIds() {}

    /** @param newIds returns a new id on each call */
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
                    .append(InstantText.of(change.time().orElseThrow()));
        }
        return Sha256.hex(identity.toString());
    }

    /**
     * The ids of a webhook's events, in the order of its records. A record that occurs more than once has changed more than
     * once. Its further events are numbered, so that they are not taken for duplicates of the first.
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
}
