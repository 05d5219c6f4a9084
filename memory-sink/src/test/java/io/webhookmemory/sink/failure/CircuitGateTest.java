package io.webhookmemory.sink.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.cognee.Failure;
import io.webhookmemory.testkit.MutableClock;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class CircuitGateTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Failure.Outage OUTAGE = new Failure.Outage("unreachable");
    private static final Failure HTTP_500 = new Failure.Transient("http_500", Optional.empty());

    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final AtomicInteger calls = new AtomicInteger();

    @AutoClose
    private final CircuitGate gate = gate(false);

    @Test
    void a_call_that_finds_an_outage_opens_the_breaker_and_the_next_is_not_made() {
        fail("add", OUTAGE);

        assertThat(gate.isOpen()).isTrue();
        assertThat(gate.health().toString()).contains("memory is out: unreachable");
        int made = calls.get();
        assertThatThrownBy(() -> succeed("add"))
                .isInstanceOf(CallFailedException.class)
                .hasMessage("unreachable");
        assertThat(calls).hasValue(made);
    }

    @Test
    void a_transient_failure_of_a_call_alone_opens_nothing() {
        for (int i = 0; i < 30; i++) {
            fail("add", HTTP_500);
        }

        assertThat(gate.state()).isZero();
    }

    @Test
    void a_waiter_goes_on_when_the_breaker_is_half_open_and_a_call_of_the_same_kind_closes_it() {
        fail("add", OUTAGE);
        CompletableFuture<Boolean> waiter = CompletableFuture.supplyAsync(gate::await);

        assertThat(waiter).succeedsWithin(LIMIT).isEqualTo(true);
        succeed("delete");
        assertThat(gate.state()).isOne();
        succeed("add");

        assertThat(gate.state()).isZero();
    }

    @Test
    void trials_are_bounded_while_they_are_under_way_and_their_end_lets_others_through() {
        fail("add", OUTAGE);
        assertThat(gate.await()).isTrue();
        CompletableFuture<Void> mayEnd = new CompletableFuture<>();
        for (int i = 0; i < 3; i++) {
            CompletableFuture.runAsync(() -> call("list", mayEnd::join));
        }
        await().atMost(LIMIT).until(() -> calls.get() == 4);
        assertThatThrownBy(() -> succeed("list")).isInstanceOf(CallFailedException.class);
        CompletableFuture<Boolean> waiter = CompletableFuture.supplyAsync(gate::await);
        assertThat(waiter).isNotDone();

        mayEnd.complete(null);

        assertThat(waiter).succeedsWithin(LIMIT).isEqualTo(true);
    }

    @Test
    void a_refusal_that_says_for_how_long_keeps_the_breaker_open_for_so_long() {
        fail("add", new Failure.Outage("http_503", Optional.of(Duration.ofHours(1))));

        await().during(Duration.ofMillis(600)).until(gate::isOpen);
    }

    @Test
    void a_record_that_is_written_closes_the_breaker_and_one_that_needed_no_call_does_not() {
        fail("list", OUTAGE);
        assertThat(gate.await()).isTrue();
        gate.settled("stale", History.NONE, false);
        assertThat(gate.state()).isOne();

        gate.settled("written", History.NONE, true);

        assertThat(gate.state()).isZero();
    }

    @Test
    void one_record_that_fails_again_and_again_opens_nothing() {
        History history = History.NONE;
        for (int i = 0; i < 30; i++) {
            Decision decision = gate.failed("poison", history, HTTP_500);
            if (decision instanceof Decision.DeadLetter) {
                break;
            }
            history = history.after(HTTP_500, decision, clock.instant());
            clock.advance(Duration.ofSeconds(10));
        }

        assertThat(history.retries()).isEqualTo(3);
        assertThat(gate.state()).isZero();
    }

    @Test
    void many_records_that_fail_open_the_breaker_and_use_up_no_retry() {
        Decision last = null;
        for (int i = 0; i < 5; i++) {
            last = gate.failed("record " + i, History.NONE, HTTP_500);
        }

        assertThat(gate.isOpen()).isTrue();
        assertThat(last).isInstanceOf(Decision.Defer.class);
    }

    @Test
    void an_outage_that_one_dataset_caused_closes_the_breaker_again() {
        try (CircuitGate graphs = gate(true)) {
            Decision first = graphs.failed("poison", History.NONE, OUTAGE);
            assertThat(first).isInstanceOf(Decision.Hold.class);
            assertThat(graphs.isOpen()).isTrue();
            History history = History.NONE.after(OUTAGE, first, clock.instant());
            assertThat(graphs.await()).isTrue();

            clock.advance(Duration.ofSeconds(1));

            assertThat(graphs.failed("poison", history, OUTAGE)).isInstanceOf(Decision.Retry.class);
            assertThat(graphs.state()).isZero();
        }
    }

    @Test
    void the_address_that_is_logged_has_no_credentials() {
        CircuitGate.Target target = CircuitGate.Target.at(
                URI.create("https://user:secret@cognee:8001/path?token=secret"), "memory", "", () -> true, false);

        assertThat(target.address()).isEqualTo("https://cognee:8001/path");
    }

    @Test
    void closing_ends_every_wait() {
        fail("add", new Failure.Outage("http_503", Optional.of(Duration.ofHours(1))));
        CompletableFuture<Boolean> waiter = CompletableFuture.supplyAsync(gate::await);

        gate.close();

        assertThat(waiter).succeedsWithin(LIMIT).isEqualTo(false);
    }

    @Test
    void a_watch_shows_wrong_settings_before_the_first_event_and_that_they_are_right_again() {
        Runnable check = () -> {
            if (calls.incrementAndGet() < 4) {
                throw new CallFailedException(new Failure.Outage("http_401"));
            }
        };
        try (TargetWatch watch =
                new TargetWatch(gate, check, CircuitGateTest::failureOf, Duration.ofMillis(10), Clock.systemUTC())) {
            watch.start();

            await().atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(gate.health().toString()).contains("memory is out: http_401 (http_401)"));
            await().atMost(LIMIT).until(() -> gate.state() == 0);
        }
    }

    private CircuitGate gate(boolean outageMayBeOwn) {
        FailurePolicy policy = new FailurePolicy(3, Duration.ofSeconds(2), Duration.ofMinutes(30), () -> 0.0);
        CircuitGate.Target target =
                new CircuitGate.Target("memory", "http://cognee", "COGNEE_URL", () -> true, outageMayBeOwn);
        return new CircuitGate(target, policy, BreakerPauses.DEFAULT, clock);
    }

    private void succeed(String kind) {
        call(kind, () -> {});
    }

    private void fail(String kind, Failure failure) {
        assertThatThrownBy(() -> call(kind, () -> {
                    throw new CallFailedException(failure);
                }))
                .isInstanceOf(CallFailedException.class);
    }

    private void call(String kind, Runnable body) {
        gate.call(
                kind,
                () -> {
                    calls.incrementAndGet();
                    body.run();
                    return true;
                },
                CircuitGateTest::failureOf,
                CallFailedException::new);
    }

    private static Optional<Failure> failureOf(RuntimeException e) {
        return e instanceof CallFailedException failed ? Optional.of(failed.failure) : Optional.empty();
    }

    private static final class CallFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Failure failure;

        CallFailedException(Failure failure) {
            super(failure.reason());
            this.failure = failure;
        }
    }
}
