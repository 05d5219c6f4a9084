package io.webhookmemory.sink.retry;

import io.webhookmemory.topics.wire.Headers;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * When each replay was first met. Who replays events may have emptied memory before: what was seen there earlier does not
 * count. Dead letters that are sent back say nothing of the kind, and each is a replay of its own. Bounded. Thread-safe.
 */
public final class Replays {
    private static final int MAX_REPLAYS = 1_000;

    private final Clock clock;
    private final Map<String, Instant> starts = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > MAX_REPLAYS;
        }
    };

    public Replays(Clock clock) {
        this.clock = clock;
    }

    /** The distant past for an event that is not replayed, or was a dead letter. */
    public Instant startOf(ConsumerRecord<?, ?> message) {
        if (message.headers().lastHeader(Headers.REDRIVE_OF) != null) {
            return Instant.MIN;
        }
        return Headers.get(message.headers(), Headers.REPLAY_ID)
                .map(this::start)
                .orElse(Instant.MIN);
    }

    private synchronized Instant start(String replayId) {
        return starts.computeIfAbsent(replayId, first -> clock.instant());
    }
}
