package io.webhookmemory.sink;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.IllegalStateTransitionException;
import io.github.resilience4j.core.IntervalFunction;
import io.webhookmemory.service.management.ComponentHealth;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A circuit breaker that is waited at, so that an outage uses up nobody's retries. It opens at once when the other side
 * says that it refuses everybody or cannot be reached, and when one event after another fails; then, after a pause that
 * grows to four seconds, it lets a few through, whose fate decides. A record that fails again and again counts once: it
 * does not open the breaker by itself.
 *
 * <p>Where little comes through, too few fail for that to show. So a record's last failure is taken for its own only where
 * somebody else got through since its first, or where it alone has failed since anybody got through and the other
 * side says that it is well. Otherwise that failure opens the gate. The same tells whether a refusal of everybody is meant
 * for one record. Thread-safe.
 */
public final class OutageGate implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutageGate.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    /** So long it stays closed to all at most before it lets one through, unless the other side asks for more. */
    public static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);

    private static final int WINDOW = 20;
    private static final int FEWEST = 5;
    private static final int TRIALS = 3;
    private static final float FAILURE_PERCENT = 90;

    private final String name;
    private final Clock clock;
    private final BooleanSupplier isWell;
    private final CircuitBreaker breaker;
    private volatile String reason = "";
    private Instant lastSuccess = Instant.MIN;
    private Optional<String> failing = Optional.empty();
    private boolean severalFail;
    private long changes;
    private boolean stopping;

    /**
     * @param name of what is behind the gate, for health, metrics and logs
     * @param clock that of {@link Try#since}
     * @param isWell asks the other side whether it can work; may block
     */
    public OutageGate(String name, Clock clock, BooleanSupplier isWell) {
        this.name = name;
        this.clock = clock;
        this.isWell = isWell;
        this.breaker = CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .slidingWindow(WINDOW, FEWEST, CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                        .failureRateThreshold(FAILURE_PERCENT)
                        .permittedNumberOfCallsInHalfOpenState(TRIALS)
                        .waitIntervalFunctionInOpenState(
                                IntervalFunction.ofExponentialBackoff(FIRST_PAUSE, 2, LONGEST_PAUSE))
                        .automaticTransitionFromOpenToHalfOpenEnabled(true)
                        .build());
        breaker.getEventPublisher()
                .onStateTransition(event -> changed(event.getStateTransition().getToState()));
    }

    /**
     * A try that failed.
     *
     * @param record whose, be it an event's or a dataset's
     * @param since when it failed first; empty where this is its first failure
     * @param isLast whether it will be given up if the failure is its own
     */
    public record Try(String record, Optional<Instant> since, boolean isLast) {}

    private void changed(State state) {
        LOG.atInfo()
                .addKeyValue("target", name)
                .addKeyValue("state", state)
                .addKeyValue("reason", reason)
                .log("breaker changed");
        wakeUp();
    }

    /**
     * Waits until the gate lets one through. Who was let through must say one of {@link #succeeded}, {@link #failed},
     * {@link #refused} and {@link #left}.
     *
     * @return false where the service is stopping; then there is nothing to say
     */
    public boolean enter() {
        long seen = changes();
        while (!tryEnter()) {
            if (!awaitChange(seen)) {
                return false;
            }
            seen = changes();
        }
        return true;
    }

    /** As {@link #enter()}, without waiting. */
    public boolean tryEnter() {
        return breaker.tryAcquirePermission();
    }

    private synchronized long changes() {
        return changes;
    }

    private synchronized boolean awaitChange(long seen) {
        try {
            while (changes == seen && !stopping) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return !stopping;
    }

    /** The other side did its part, be it that it refused this one event. */
    public void succeeded() {
        noteSuccess();
        breaker.onSuccess(0, TimeUnit.NANOSECONDS);
        if (breaker.getState() == State.HALF_OPEN) {
            // One that got through says enough: with little to do, the other trials may be long in coming.
            transition(breaker::transitionToClosedState);
        }
    }

    private synchronized void noteSuccess() {
        lastSuccess = clock.instant();
        failing = Optional.empty();
        severalFail = false;
    }

    private synchronized void noteFailure(String record) {
        severalFail |= failing.filter(other -> !other.equals(record)).isPresent();
        failing = Optional.of(record);
    }

    /**
     * The other side failed, perhaps because of this one record.
     *
     * @return whether that is the record's own failure; false in an outage, where it would have failed whatever it was
     */
    public boolean failed(String why, Try failed) {
        noteFailure(failed.record());
        boolean wasClosed = breaker.getState() == State.CLOSED;
        if (wasClosed && failed.isLast() && mayBeOut(failed)) {
            refused(why);
            return false;
        }
        if (wasClosed && failed.since().isPresent()) {
            breaker.releasePermission();
            return true;
        }
        reason = why;
        breaker.onError(0, TimeUnit.NANOSECONDS, new IllegalStateException(why));
        wakeUp();
        return wasClosed && breaker.getState() == State.CLOSED;
    }

    private boolean mayBeOut(Try failed) {
        synchronized (this) {
            if (failed.since().filter(lastSuccess::isAfter).isPresent()) {
                return false;
            }
            if (severalFail) {
                return true;
            }
        }
        return !isWell.getAsBoolean();
    }

    private void refused(String why) {
        refused(why, Optional.empty());
    }

    /**
     * The other side is down or refuses everybody.
     *
     * @param retryAfter how long it asked to be left alone
     */
    public void refused(String why, Optional<Duration> retryAfter) {
        reason = why;
        breaker.onError(0, TimeUnit.NANOSECONDS, new IllegalStateException(why));
        Optional<Duration> asked = retryAfter.filter(pause -> pause.compareTo(FIRST_PAUSE) > 0);
        if (asked.isPresent()) {
            transition(() -> breaker.transitionToOpenStateFor(asked.get()));
        } else if (breaker.getState() != State.OPEN) {
            transition(breaker::transitionToOpenState);
        }
    }

    /**
     * As {@link #refused(String, Optional)}, where that may be said for one record's sake: a text that an LLM cannot take
     * looks like an LLM that is down.
     *
     * @param failed with the time when it failed last; empty where it has not failed before
     * @return whether it is the record's own failure
     */
    public boolean refused(String why, Optional<Duration> retryAfter, Try failed) {
        noteFailure(failed.record());
        if (failed.since().isEmpty() || mayBeOut(failed)) {
            refused(why, retryAfter);
            return false;
        }
        left();
        if (breaker.getState() == State.HALF_OPEN) {
            // It was this record's doing that the gate opened.
            transition(breaker::transitionToClosedState);
        }
        return true;
    }

    /**
     * One got through without the other side having had to do what it may be unable to do. That says nothing, so it is
     * asked, but only while it counts as out.
     */
    public void passed() {
        if (breaker.getState() == State.HALF_OPEN && isWell.getAsBoolean()) {
            succeeded();
        } else {
            left();
        }
    }

    private static void transition(Runnable transition) {
        try {
            transition.run();
        } catch (IllegalStateTransitionException e) {
            LOG.debug("another thread was faster");
        }
    }

    /** There is nothing to say of the other side. */
    public void left() {
        breaker.releasePermission();
        wakeUp();
    }

    private synchronized void wakeUp() {
        changes++;
        notifyAll();
    }

    /** While it is, whoever comes waits. */
    public boolean isOpen() {
        return breaker.getState() == State.OPEN;
    }

    /** 0 closed, 1 trying, 2 open. */
    public int state() {
        return switch (breaker.getState()) {
            case OPEN, FORCED_OPEN -> 2;
            case HALF_OPEN -> 1;
            default -> 0;
        };
    }

    public ComponentHealth health() {
        return state() == 0 ? ComponentHealth.UP : ComponentHealth.degraded(name + " is out: " + reason);
    }

    /** Lets everybody go who waits. */
    @Override
    public synchronized void close() {
        stopping = true;
        notifyAll();
    }
}
