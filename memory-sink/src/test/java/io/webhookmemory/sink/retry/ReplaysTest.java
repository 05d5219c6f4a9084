package io.webhookmemory.sink.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.testing.MutableClock;
import io.webhookmemory.topics.wire.Headers;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class ReplaysTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final MutableClock clock = new MutableClock(NOON);
    private final Replays replays = new Replays(clock);

    @Test
    void a_replay_began_when_its_first_event_came() {
        assertThat(replays.startOf(replayed("one"))).isEqualTo(NOON);
        clock.advance(Duration.ofHours(1));

        assertThat(replays.startOf(replayed("one"))).isEqualTo(NOON);
        assertThat(replays.startOf(replayed("other"))).isEqualTo(NOON.plusSeconds(3600));
        assertThat(replays.startOf(message())).isEqualTo(Instant.MIN);
    }

    @Test
    void a_dead_letter_that_is_sent_back_asks_for_no_new_look_at_memory() {
        ConsumerRecord<String, byte[]> letter = replayed("redrive-0-17");
        Headers.put(letter.headers(), Headers.REDRIVE_OF, "memory.sync.dlt-0@17");

        assertThat(replays.startOf(letter)).isEqualTo(Instant.MIN);
    }

    private static ConsumerRecord<String, byte[]> replayed(String replayId) {
        ConsumerRecord<String, byte[]> message = message();
        Headers.put(message.headers(), Headers.REPLAY_ID, replayId);
        return message;
    }

    private static ConsumerRecord<String, byte[]> message() {
        return new ConsumerRecord<>("zoho.deals", 0, 0, "1", new byte[0]);
    }
}
