package io.webhookmemory.sink.source;

import io.webhookmemory.sink.failure.CircuitGate;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import java.util.Optional;

/** A source whose reads go through a circuit breaker: while it is open they fail at once with an outage. */
public final class GuardedSource implements RecordSource {
    private final RecordSource source;
    private final CircuitGate gate;

    public GuardedSource(RecordSource source, CircuitGate gate) {
        this.source = source;
        this.gate = gate;
    }

    @Override
    public void announce(WebhookEvent event) {
        source.announce(event);
    }

    @Override
    public Optional<WebhookEvent> newest(WebhookEvent event) {
        if (event.eventType() == EventType.DELETE) {
            // No call is made for it.
            return source.newest(event);
        }
        return gate.call(
                "read",
                () -> source.newest(event),
                e -> e instanceof SourceException failed ? Optional.of(failed.failure()) : Optional.empty(),
                outage -> new SourceException(
                        outage, "Zoho was not called: its breaker is open (" + outage.reason() + ")", null));
    }

    @Override
    public void forget(WebhookEvent event) {
        source.forget(event);
    }

    @Override
    public boolean isRefreshing() {
        return source.isRefreshing();
    }
}
