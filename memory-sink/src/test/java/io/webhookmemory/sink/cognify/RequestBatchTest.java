package io.webhookmemory.sink.cognify;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.sink.failure.History;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequestBatchTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
    private static final Instant LATER = NOW.plus(Duration.ofSeconds(5));
    private static final PendingRequest REQUEST = (PendingRequest) Proxy.newProxyInstance(
            PendingRequest.class.getClassLoader(),
            new Class<?>[] {PendingRequest.class},
            (proxy, method, args) -> null);

    @Test
    void a_critical_request_makes_the_batch_due_at_its_arrival_so_that_it_goes_before_later_ones() {
        RequestBatch batch = RequestBatch.dueBy(LATER).with(REQUEST, false, NOW).with(REQUEST, true, NOW);

        assertThat(batch.dueBy()).isEqualTo(NOW);
        assertThat(batch.isDue(NOW, 10)).isTrue();
    }

    @Test
    void an_ordinary_request_waits_for_the_size_or_the_time_of_the_batch() {
        RequestBatch one = RequestBatch.dueBy(LATER).with(REQUEST, false, NOW);

        assertThat(one.isDue(NOW, 2)).isFalse();
        assertThat(one.isDue(LATER, 2)).isTrue();
        assertThat(one.with(REQUEST, false, NOW).isDue(NOW, 2)).isTrue();
    }

    @Test
    void neither_a_critical_request_nor_a_full_batch_shortens_the_delay_after_a_failure() {
        History failed = new History(1, 1, "llm_unavailable", Optional.of(NOW), Optional.of(NOW));
        RequestBatch batch = new RequestBatch(LATER, List.of(REQUEST), false, failed).with(REQUEST, true, NOW);

        assertThat(batch.dueBy()).isEqualTo(LATER);
        assertThat(batch.isDue(NOW, 1)).isFalse();
        assertThat(batch.isDue(LATER, 1)).isTrue();
    }
}
