package io.webhookmemory.sink.source;

import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import java.util.Optional;

/**
 * Where the state of a record comes from that memory is to show. For every event {@link #announce} is called when it is
 * taken in, {@link #newest} any number of times, and {@link #forget} in the end. Thread-safe.
 */
public interface RecordSource {

    /** Of the events themselves: they hold the record as far as it was ever told. */
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

    /** Says that the event's record will be asked for, so that it can be read together with others. */
    void announce(WebhookEvent event);

    /**
     * The event with the newest state of its record, which may be that it is deleted. Blocks.
     *
     * @return empty where nothing is known of the record
     * @throws SourceException where the source failed
     */
    Optional<WebhookEvent> newest(WebhookEvent event);

    void forget(WebhookEvent event);

    /** Whether a record can be read again because a related one changed. */
    boolean isRefreshing();
}
