package io.webhookmemory.sink.pipeline;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.webhookmemory.topics.wire.Headers;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * When each replay was first seen. An operator who replays events may have emptied or restored memory before, so
 * earlier directory entries do not count. A redriven dead letter is not a replay. An erasure does not rely on the
 * directory either. Thread-safe.
 */
final class Replays {
    private static final int MAX_REPLAYS = 1_000;

    private final Clock clock;
    private final Cache<String, Instant> starts =
            Caffeine.newBuilder().maximumSize(MAX_REPLAYS).build();

    Replays(Clock clock) {
        this.clock = clock;
    }

    /** Now for an erasure; empty for another event that is not replayed, or is redriven. */
    Optional<Instant> startOf(ConsumerRecord<?, ?> message) {
        if (message.headers().lastHeader(Headers.ERASE) != null) {
            return Optional.of(clock.instant());
        }
        if (message.headers().lastHeader(Headers.REDRIVE_OF) != null) {
            return Optional.empty();
        }
        return Headers.get(message.headers(), Headers.REPLAY_ID)
                .map(replayId -> starts.get(replayId, first -> clock.instant()));
    }
}
