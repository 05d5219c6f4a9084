package io.webhookmemory.zoho.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.event.EventIdentity;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.Sender;
import io.webhookmemory.topics.json.CanonicalJson;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The identities of one webhook's events. Data that several changes share is digested once. */
final class Identities {
    private final Sender sender;
    private final String deliveryId;
    private final String newId;
    private final String module;
    private final EventType type;
    private final IdentityHashMap<ObjectNode, Content> contents = new IdentityHashMap<>();
    private final IdentityHashMap<List<String>, String> digestsOfNames = new IdentityHashMap<>();
    private final Map<String, Integer> occurrences = new HashMap<>();

    /**
     * @param deliveryId the sender's id for the delivery; null if it sent none
     * @param newId replaces the delivery id for a change without a time, so that every such delivery is new
     */
    Identities(Sender sender, String deliveryId, String newId, String module, EventType type) {
        this.sender = sender;
        this.deliveryId = deliveryId;
        this.newId = newId;
        this.module = module;
        this.type = type;
    }

    /** The content of a record as JSON, and its digest. */
    private static final class Content {
        private final byte[] json;
        private final String digest;

        Content(ObjectNode record) {
            json = CanonicalJson.of(record);
            digest = EventIdentity.ofContent(json);
        }
    }

    /** The record data of a change as JSON; the same bytes for all changes that share it. */
    byte[] recordData(Change change) {
        return content(change).json;
    }

    private Content content(Change change) {
        return contents.computeIfAbsent(change.recordData(), Content::new);
    }

    /** Called once for each change, in the order of the webhook. */
    String next(Change change) {
        String name = deliveryId == null && change.time().isEmpty() ? "new:" + newId : deliveryId;
        return EventIdentity.of(
                sender,
                name,
                new EventIdentity.Change(
                        module,
                        type,
                        change.recordId(),
                        occurrences.merge(change.recordId(), 1, Integer::sum),
                        content(change).digest,
                        digestsOfNames.computeIfAbsent(change.modifiedFields(), EventIdentity::ofNames),
                        change.time().orElse(null)));
    }
}
