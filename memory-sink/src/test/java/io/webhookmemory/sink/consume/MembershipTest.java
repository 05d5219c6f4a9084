package io.webhookmemory.sink.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.testkit.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.junit.jupiter.api.Test;

class MembershipTest {
    private static final Duration SESSION = Duration.ofSeconds(60);
    private static final Duration CALL = Duration.ofSeconds(30);
    /** Of a proof at which no call may start any more. */
    private static final Duration OLD = SESSION.minus(Membership.MARGIN).minus(CALL);

    private final MutableClock wall = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicBoolean takenAway = new AtomicBoolean();
    private final AtomicInteger looks = new AtomicInteger();
    private final Membership membership =
            new Membership(new MockConsumer<>("earliest").groupMetadata(), SESSION, wall, nanos::get);

    @Test
    void a_call_may_start_while_the_proof_outlives_it() {
        membership.proven(membership.now());
        pass(OLD.minusMillis(1));

        assertThat(required()).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void a_call_that_the_proof_would_not_outlive_waits_for_the_next() {
        membership.proven(membership.now());
        pass(OLD);
        CompletableFuture<Void> required = required();
        await().until(() -> looks.get() > 2);
        assertThat(required).isNotDone();

        membership.proven(membership.now());

        assertThat(required).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void there_is_no_proof_before_the_first_commit() {
        assertThat(membership.age()).isGreaterThan(SESSION);
    }

    @Test
    void time_that_passes_on_one_clock_only_counts() {
        membership.proven(membership.now());
        wall.advance(OLD);
        assertThat(membership.age())
                .as("suspended, the monotonic clock stopped")
                .isEqualTo(OLD);

        membership.proven(membership.now());
        nanos.addAndGet(OLD.toNanos());
        wall.advance(Duration.ofHours(-1));
        assertThat(membership.age()).as("the wall clock was put back").isEqualTo(OLD);
    }

    @Test
    void a_member_that_was_frozen_learns_of_its_loss_and_starts_no_call() {
        membership.proven(membership.now());
        wall.advance(SESSION);
        CompletableFuture<Void> required = required();
        await().until(() -> looks.get() > 2);
        assertThat(required).isNotDone();

        takenAway.set(true);

        await().until(required::isDone);
        assertThatThrownBy(required::join).hasCauseInstanceOf(LeaseLostException.class);
    }

    @Test
    void a_call_that_no_proof_can_outlive_is_a_fault_of_the_program() {
        membership.proven(membership.now());

        assertThatThrownBy(() -> membership.require(SESSION, takenAway::get))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void pass(Duration time) {
        wall.advance(time);
        nanos.addAndGet(time.toNanos());
    }

    private CompletableFuture<Void> required() {
        return CompletableFuture.runAsync(() -> membership.require(CALL, () -> {
            looks.incrementAndGet();
            return takenAway.get();
        }));
    }
}
