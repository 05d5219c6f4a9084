package io.webhookmemory.sink.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.cognee.Failure;
import io.webhookmemory.testkit.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Who is at fault, the target or the record: policy, gate and history together, in simulated time. */
class SickTargetTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Failure FAILURE = new Failure.Transient("connection_lost", Optional.empty());

    private final Random random = new Random(17);
    private final MutableClock clock = new MutableClock(START);
    private final FailurePolicy policy =
            new FailurePolicy(3, Duration.ofSeconds(2), Duration.ofMinutes(30), random::nextDouble);

    @AutoClose
    private final CircuitGate gate = new CircuitGate(
            new CircuitGate.Target("memory", "http://cognee", "", () -> true, false),
            policy,
            BreakerPauses.DEFAULT,
            clock);

    private final PriorityQueue<Try> due = new PriorityQueue<>(Comparator.comparing(Try::at));
    /** What became of each record, and when. */
    private final Map<String, Instant> done = new HashMap<>();

    private final Map<String, Instant> dead = new HashMap<>();

    private record Try(String record, History history, Instant at) {}

    @Test
    void a_target_that_fails_half_of_all_calls_makes_no_dead_letters() {
        arrive("event", 1_170, Duration.ofSeconds(70));

        run(record -> random.nextBoolean());

        assertThat(dead).isEmpty();
        assertThat(done).hasSize(1_170);
    }

    /** The first events of all are another matter: one that fails alone from the start looks as though it were at fault. */
    @Test
    void a_target_that_fails_half_of_all_calls_makes_no_dead_letters_at_an_event_every_twenty_seconds() {
        arrive("first", 20, Duration.ofSeconds(20));
        run(record -> random.nextBoolean());

        arrive("event", 500, Duration.ofSeconds(10_000));
        run(record -> random.nextBoolean());

        assertThat(dead).isEmpty();
        assertThat(done).hasSize(520);
    }

    @Test
    void a_target_that_begins_to_fail_after_a_thousand_successes_makes_no_dead_letters() {
        arrive("before", 1_000, Duration.ofSeconds(100));
        run(record -> false);

        arrive("after", 300, Duration.ofMinutes(5));
        run(record -> random.nextBoolean());

        assertThat(dead).isEmpty();
    }

    @Test
    void records_that_always_fail_are_dead_in_bounded_time_and_hold_up_no_others() {
        arrive("poison", 25, Duration.ofSeconds(1));
        arrive("good", 300, Duration.ofMinutes(1));

        run(record -> record.startsWith("poison"));

        assertThat(dead.keySet()).hasSize(25).allMatch(record -> record.startsWith("poison"));
        assertThat(dead.values()).allMatch(at -> at.isBefore(START.plusSeconds(120)));
        assertThat(done).hasSize(300);
    }

    @Test
    void a_record_that_always_fails_is_dead_in_bounded_time_though_the_target_fails_often_too() {
        arrive("poison", 1, Duration.ofSeconds(1));
        arrive("good", 3_600, Duration.ofHours(1));

        run(record -> record.startsWith("poison") || random.nextInt(100) < 30);

        assertThat(dead).containsOnlyKeys("poison 0");
        assertThat(done).hasSize(3_600);
    }

    private void arrive(String name, int count, Duration within) {
        Instant from = clock.instant();
        for (int i = 0; i < count; i++) {
            Instant at = from.plus(within.multipliedBy(i).dividedBy(count));
            due.add(new Try(name + " " + i, History.NONE, at));
        }
    }

    private void run(Predicate<String> fails) {
        while (!due.isEmpty()) {
            Try next = due.remove();
            if (next.at().isAfter(clock.instant())) {
                clock.advance(Duration.between(clock.instant(), next.at()));
            }
            gate.await();
            if (fails.test(next.record())) {
                failed(next);
            } else {
                gate.settled(next.record(), next.history(), true);
                done.put(next.record(), clock.instant());
            }
        }
    }

    private void failed(Try next) {
        Instant now = clock.instant();
        Decision decision = gate.failed(next.record(), next.history(), FAILURE);
        Optional<Duration> delay = decision.fold(
                retry -> Optional.of(retry.delay()),
                defer -> Optional.of(defer.delay()),
                hold -> Optional.of(hold.delay()),
                letter -> Optional.empty());
        if (delay.isPresent()) {
            History history = next.history().after(FAILURE, decision, now);
            due.add(new Try(next.record(), history, now.plus(delay.get())));
        } else {
            dead.put(next.record(), now);
        }
    }
}
