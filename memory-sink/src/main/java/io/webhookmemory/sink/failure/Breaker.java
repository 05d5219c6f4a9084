package io.webhookmemory.sink.failure;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.IllegalStateTransitionException;
import io.webhookmemory.cognee.Failure;
import io.webhookmemory.service.management.ComponentHealth;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of a target's circuit breaker, and why it is open. Callers can wait for it; health and log show it. When to
 * open and to close it is decided by {@link CircuitGate}, except that it opens itself when nine of ten counted failures
 * and successes are failures. Thread-safe.
 */
final class Breaker {
    private static final Logger LOG = LoggerFactory.getLogger(Breaker.class);
    private static final int WINDOW = 20;
    private static final int FEWEST = 5;
    private static final int TRIALS = 3;
    private static final float FAILURE_PERCENT = 90;

    private final String name;
    private final BreakerPauses pauses;
    private final CircuitBreaker breaker;
    private final GateMonitor monitor = new GateMonitor();
    private final OutageLog log;
    private volatile Cause cause = new Cause("", "", "");

    /**
     * Why it opened last.
     *
     * @param kind of the call that opened it; empty if records did
     * @param reason of the failure
     * @param message of the call that opened it; empty if records did
     */
    private record Cause(String kind, String reason, String message) {}

    Breaker(CircuitGate.Target target, BreakerPauses pauses) {
        this.name = target.name();
        this.pauses = pauses;
        this.log = new OutageLog(target);
        this.breaker = CircuitBreaker.of(
                target.name(),
                CircuitBreakerConfig.custom()
                        .slidingWindow(WINDOW, FEWEST, CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                        .failureRateThreshold(FAILURE_PERCENT)
                        .permittedNumberOfCallsInHalfOpenState(TRIALS)
                        .waitIntervalFunctionInOpenState(
                                times -> pauses.after(times).toMillis())
                        .automaticTransitionFromOpenToHalfOpenEnabled(true)
                        .build());
        breaker.getEventPublisher().onStateTransition(event -> changed(event.getStateTransition()));
    }

    private void changed(CircuitBreaker.StateTransition transition) {
        if (transition.getToState() == State.OPEN) {
            log.out(cause.reason(), cause.message());
        } else if (transition.getToState() == State.CLOSED) {
            log.back();
        }
        monitor.changed();
    }

    /** As {@link CircuitGate#await}. */
    boolean await() {
        long seen = monitor.changes();
        while (!isPassable()) {
            if (!monitor.awaitChange(seen)) {
                return false;
            }
            seen = monitor.changes();
        }
        return !monitor.isStopping();
    }

    /** As {@link CircuitGate#isPassable}. */
    boolean isPassableNow() {
        return !monitor.isStopping() && isPassable();
    }

    private boolean isPassable() {
        boolean passable = breaker.tryAcquirePermission();
        if (passable) {
            breaker.releasePermission();
        }
        return passable;
    }

    /** Whether a call may be made; if so and the breaker is not closed, {@link #endTrial} must follow it. */
    boolean tryAcquire() {
        return breaker.tryAcquirePermission();
    }

    void endTrial() {
        breaker.releasePermission();
        monitor.changed();
    }

    void countSuccess() {
        breaker.onSuccess(0, TimeUnit.NANOSECONDS);
    }

    void countFailure(String reason) {
        cause = new Cause("", reason, "");
        breaker.onError(0, TimeUnit.NANOSECONDS, new IllegalStateException(reason));
    }

    /** @param kind of the call that found the outage; empty if records did */
    void open(String kind, Failure.Outage outage, String message) {
        cause = new Cause(kind, outage.reason(), message);
        Optional<Duration> asked = outage.retryAfter().filter(pause -> pause.compareTo(pauses.first()) > 0);
        if (asked.isPresent()) {
            transition(() -> breaker.transitionToOpenStateFor(asked.get()));
        } else if (!isOpen()) {
            transition(breaker::transitionToOpenState);
        }
    }

    void closeIfHalfOpen() {
        if (isHalfOpen()) {
            transition(breaker::transitionToClosedState);
        }
    }

    private static void transition(Runnable transition) {
        try {
            transition.run();
        } catch (IllegalStateTransitionException e) {
            LOG.debug("another thread was faster");
        }
    }

    boolean isClosed() {
        return breaker.getState() == State.CLOSED;
    }

    boolean isHalfOpen() {
        return breaker.getState() == State.HALF_OPEN;
    }

    boolean isOpen() {
        return breaker.getState() == State.OPEN;
    }

    boolean wasOpenedBy(String kind) {
        return kind.equals(cause.kind());
    }

    String reason() {
        return cause.reason();
    }

    /** As {@link CircuitGate#state}. */
    int state() {
        return switch (breaker.getState()) {
            case OPEN, FORCED_OPEN -> 2;
            case HALF_OPEN -> 1;
            default -> 0;
        };
    }

    ComponentHealth health() {
        if (state() == 0) {
            return ComponentHealth.UP;
        }
        Cause current = cause;
        // The message of the watch already tells the operator what to check.
        String advice = current.kind().equals(TargetWatch.KIND) ? " (" + current.message() + ")" : "";
        return ComponentHealth.degraded(name + " is out: " + current.reason() + advice);
    }

    /** Ends all waits. */
    void stop() {
        monitor.stop();
    }
}
