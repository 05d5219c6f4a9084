package io.webhookmemory.sink.source;

import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import java.util.Optional;

/**
 * The source of the record state that memory shows. For every event, {@link #announce} is called when it is accepted,
 * {@link #newest} any number of times, and finally {@link #forget}. Thread-safe.
 */
public interface RecordSource {

    /** The events themselves: they contain the record as far as it is known. */
    RecordSource EVENTS = new RecordSource() {
        @Override
        public void announce(WebhookEvent event) {}

        @Override
        public Optional<WebhookEvent> newest(WebhookEvent event) {
            boolean saysNothing =
                    event.eventType() == EventType.REFRESH && event.recordData().isEmpty();
            return saysNothing ? Optional.empty() : Optional.of(event);
        }

        @Override
        public void forget(WebhookEvent event) {}

        @Override
        public boolean isRefreshing() {
            return false;
        }
    };

    /** Announces that the event's record will be read, so that it can be read together with others. */
    void announce(WebhookEvent event);

    /**
     * The event with the newest state of its record, which may be its deletion. Blocks.
     *
     * @return empty if nothing is known of the record
     * @throws SourceException if the source failed
     */
    Optional<WebhookEvent> newest(WebhookEvent event);

    void forget(WebhookEvent event);

    /** Whether a record can be read again because a related one changed. */
    boolean isRefreshing();
}
