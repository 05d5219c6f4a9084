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
 * What one record tells another about the link between them: the value on {@code zoho.webhooks.links}, keyed by the record
 * it is for. Parent and child have different keys, and so different partitions.
 *
 * @param from the record that tells it
 * @param account the parent's account; null where it has none, and for any other type
 * @param known false where the parent does not know whether it has an account, and for any other type
 * @param hops how many links the news has come along
 * @param cause the event that it follows from
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

    /** What an event that follows from another takes over from it. */
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

    /** Whether everything that the type needs is there. */
    boolean isWhole() {
        return type != null
                && from != null
                && cause != null
                && cause.eventId() != null
                && cause.receivedAt() != null
                && cause.source() != null;
    }
}
