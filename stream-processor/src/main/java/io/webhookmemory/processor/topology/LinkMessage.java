package io.webhookmemory.processor.topology;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.webhookmemory.processor.record.Told;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.JsonSerde;
import java.time.Instant;
import java.util.Locale;

/**
 * A message from one record to another about the link between them: the value on {@code zoho.webhooks.links}, keyed by
 * the receiving record. Parent and child have different keys, and therefore different partitions.
 *
 * @param from the record that sends the message
 * @param account the parent's account; null if it has none, and for any other type
 * @param known false if the parent does not know whether it has an account, and for any other type
 * @param hops how many links the message has travelled
 * @param cause the event that caused it
 */
record LinkMessage(Type type, String from, String account, boolean known, int hops, Cause cause) {
    static final JsonSerde<LinkMessage> SERDE = JsonSerde.of(LinkMessage.class);

    enum Type {
        /** From a child to its parent. */
        LINKED,
        /** From a child to the parent that it had. */
        UNLINKED,
        /** From a parent to a child. */
        ACCOUNT;

        @JsonValue
        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        @JsonCreator
        static Type of(String name) {
            return valueOf(name.toUpperCase(Locale.ROOT));
        }
    }

    /** What an event that is caused by another takes from it. */
    record Cause(String eventId, Instant receivedAt, String userId, EventSource source) {
        static Cause of(WebhookEvent event) {
            return new Cause(event.eventId(), event.receivedAt(), event.userId(), event.source());
        }
    }

    static LinkMessage linked(String child, Cause cause) {
        return new LinkMessage(Type.LINKED, child, null, false, 1, cause);
    }

    static LinkMessage unlinked(String child, Cause cause) {
        return new LinkMessage(Type.UNLINKED, child, null, false, 1, cause);
    }

    static LinkMessage account(String parent, Told told, int hops, Cause cause) {
        return new LinkMessage(Type.ACCOUNT, parent, told.account(), told.known(), hops, cause);
    }

    Told told() {
        return new Told(known, account);
    }

    /** Whether all fields that the type requires are present. */
    boolean isWhole() {
        return type != null
                && from != null
                && cause != null
                && cause.eventId() != null
                && cause.receivedAt() != null
                && cause.source() != null;
    }
}
