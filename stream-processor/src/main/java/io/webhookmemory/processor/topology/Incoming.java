package io.webhookmemory.processor.topology;

import io.webhookmemory.topics.event.WebhookEvent;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;

/** What parsing makes of a record. Both kinds carry the bytes as read: whatever is rejected is rejected unchanged. */
sealed interface Incoming {
    /** The value as read; null if the record has none. */
    Bytes bytes();

    /** The value as read; null if the record has none. */
    default byte[] value() {
        return bytes() == null ? null : bytes().get();
    }

    /** Applies the function of this kind. A new kind adds a parameter, so that every caller has to handle it. */
    <T> T fold(Function<Event, T> event, Function<Unreadable, T> unreadable);

    /** An event on its way through the topology. */
    record Event(WebhookEvent event, Bytes bytes) implements Incoming {
        @Override
        public <T> T fold(Function<Event, T> event, Function<Unreadable, T> unreadable) {
            return event.apply(this);
        }
    }

    /**
     * A record that is not an event.
     *
     * @param reason one of a fixed set of short texts
     */
    record Unreadable(String reason, Bytes bytes) implements Incoming {
        @Override
        public <T> T fold(Function<Event, T> event, Function<Unreadable, T> unreadable) {
            return unreadable.apply(this);
        }
    }
}
