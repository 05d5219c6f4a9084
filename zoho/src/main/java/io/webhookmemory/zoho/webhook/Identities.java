package io.webhookmemory.zoho.webhook;

import io.webhookmemory.topics.event.EventIdentity;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.Sender;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/** The identities of one webhook's events. Data that several changes share is digested once. */
final class Identities {
    private final Sender sender;
    private final String deliveryId;
    private final String newId;
    private final String module;
    private final EventType type;
    private final IdentityHashMap<Object, String> digests = new IdentityHashMap<>();
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
                        digests.computeIfAbsent(
                                change.recordData(), record -> EventIdentity.ofContent(change.recordData())),
                        digests.computeIfAbsent(
                                change.modifiedFields(), names -> EventIdentity.ofNames(change.modifiedFields())),
                        change.time().orElse(null)));
    }
}
