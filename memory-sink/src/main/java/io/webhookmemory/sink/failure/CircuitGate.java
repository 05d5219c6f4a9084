package io.webhookmemory.sink.failure;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.IllegalStateTransitionException;
import io.github.resilience4j.core.IntervalFunction;
import io.webhookmemory.cognee.Failure;
import io.webhookmemory.service.management.ComponentHealth;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A circuit breaker for which callers can wait, so that an outage uses no retries.
 *
 * <p>It learns in two ways. Each call goes through {@link #call}: a call that finds the target down, or refusing every
 * caller, opens the breaker at once. The caller reports the result of each record with {@link #settled} and {@link
 * #failed}: the breaker opens when nine of ten records fail, each counted once, or when {@link FailurePolicy} finds
 * that no call succeeds.
 *
 * <p>While the breaker is open, no calls are made. After a pause, which grows to {@link FailurePolicy#LONGEST_PAUSE} or
 * is as long as the target asks for, it is half-open and allows a few calls. It closes when a record succeeds, or a
 * call of the kind that failed; it opens again when one fails. Thread-safe.
 */
public final class CircuitGate implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CircuitGate.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final int WINDOW = 20;
    private static final int FEWEST = 5;
    private static final int TRIALS = 3;
    private static final float FAILURE_PERCENT = 90;

    private final Target target;
    private final FailurePolicy policy;
    private final Clock clock;
    private final CircuitBreaker breaker;
    private final RecentOutcomes outcomes = new RecentOutcomes();
    private final GateMonitor monitor = new GateMonitor();
    private final OutageLog log;
    private volatile String reason = "";
    /** The kind of call that opened the breaker; empty if records did. */
    private volatile String openedBy = "";

    /** The message of the call that opened the breaker; empty if records did. */
    private volatile String detail = "";

    private volatile Instant lastCall;

    /**
     * The system behind the breaker.
     *
     * @param name for health, metrics and logs
     * @param address for logs, without credentials
     * @param hint what an operator should check during an outage
     * @param isWell asks the target for its health; may block
     * @param outageMayBeOwn whether one record can make the target look unavailable to every caller
     */
    public record Target(String name, String address, String hint, BooleanSupplier isWell, boolean outageMayBeOwn) {
        /** Takes the address from a URL, without user, password and query. */
        public static Target at(URI url, String name, String hint, BooleanSupplier isWell, boolean outageMayBeOwn) {
            String port = url.getPort() < 0 ? "" : ":" + url.getPort();
            String path = url.getPath() == null ? "" : url.getPath();
            return new Target(
                    name, url.getScheme() + "://" + url.getHost() + port + path, hint, isWell, outageMayBeOwn);
        }
    }

    public CircuitGate(Target target, FailurePolicy policy, Clock clock) {
        this.target = target;
        this.policy = policy;
        this.clock = clock;
        this.log = new OutageLog(target);
        this.breaker = CircuitBreaker.of(
                target.name(),
                CircuitBreakerConfig.custom()
                        .slidingWindow(WINDOW, FEWEST, CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                        .failureRateThreshold(FAILURE_PERCENT)
                        .permittedNumberOfCallsInHalfOpenState(TRIALS)
                        .waitIntervalFunctionInOpenState(
                                IntervalFunction.ofExponentialBackoff(FIRST_PAUSE, 2, FailurePolicy.LONGEST_PAUSE))
                        .automaticTransitionFromOpenToHalfOpenEnabled(true)
                        .build());
        breaker.getEventPublisher().onStateTransition(event -> changed(event.getStateTransition()));
    }

    private void changed(CircuitBreaker.StateTransition transition) {
        if (transition.getToState() == State.OPEN) {
            log.out(reason, detail);
        } else if (transition.getToState() == State.CLOSED) {
            log.back();
        }
        monitor.changed();
    }

    /**
     * Blocks until calls are allowed. The next call may still be refused, if other threads use the trial calls first.
     *
     * @return false if the service is stopping or the thread was interrupted
     */
    public boolean await() {
        long seen = monitor.changes();
        while (!isPassable()) {
            if (!monitor.awaitChange(seen)) {
                return false;
            }
            seen = monitor.changes();
        }
        return !monitor.isStopping();
    }

    private boolean isPassable() {
        boolean passable = breaker.tryAcquirePermission();
        if (passable) {
            breaker.releasePermission();
        }
        return passable;
    }

    /**
     * Makes a call, if the breaker allows it.
     *
     * @param kind of the call
     * @param failureOf the meaning of an exception of the call; empty if it says nothing about the target
     * @param refusal creates the exception to throw if the breaker is open
     */
    public <T> T call(
            String kind,
            Supplier<T> call,
            Function<RuntimeException, Optional<Failure>> failureOf,
            Function<Failure.Outage, RuntimeException> refusal) {
        if (!breaker.tryAcquirePermission()) {
            throw refusal.apply(new Failure.Outage(reason));
        }
        boolean isTrial = breaker.getState() != State.CLOSED;
        lastCall = clock.instant();
        try {
            T result = call.get();
            responded(kind);
            return result;
        } catch (RuntimeException e) {
            failureOf.apply(e).ifPresent(failure -> failed(kind, failure, e.getMessage()));
            throw e;
        } finally {
            // A call that began before the outage did not take a permission of the half-open state.
            if (isTrial) {
                breaker.releasePermission();
                monitor.changed();
            }
        }
    }

    private void responded(String kind) {
        if (kind.equals(openedBy)) {
            closeIfHalfOpen();
        }
    }

    private void closeIfHalfOpen() {
        if (breaker.getState() == State.HALF_OPEN) {
            transition(breaker::transitionToClosedState);
        }
    }

    /** Probes the target's health while the breaker is half-open. For callers whose own call proves nothing. */
    public void probe() {
        if (breaker.getState() == State.HALF_OPEN && target.isWell().getAsBoolean()) {
            closeIfHalfOpen();
        }
    }

    /** When the last call began; empty before the first. */
    Optional<Instant> lastCall() {
        return Optional.ofNullable(lastCall);
    }

    /** Reports that no record waits for the target, and that it works. */
    void worksWhileIdle() {
        closeIfHalfOpen();
    }

    private void failed(String kind, Failure failure, String message) {
        if (failure instanceof Failure.Permanent) {
            responded(kind);
        } else if (failure instanceof Failure.Outage outage) {
            open(kind, outage, message);
        }
    }

    /**
     * Reports that a record needs no more attempts.
     *
     * @param history before the last attempt
     * @param proves whether a call succeeded that proves that the target works: a document was written. Results without
     *     a call, or with deletions only, prove nothing
     */
    public void settled(String record, History history, boolean proves) {
        if (!proves) {
            outcomes.forget(record);
            return;
        }
        outcomes.succeeded(record, history.failures(), clock.instant());
        if (breaker.getState() == State.CLOSED) {
            breaker.onSuccess(0, TimeUnit.NANOSECONDS);
        } else {
            // One success is enough: with little traffic, the other trial calls may take long to come.
            closeIfHalfOpen();
        }
    }

    /**
     * Reports that an attempt failed, and decides what to do with the record.
     *
     * @param history before this attempt
     */
    public Decision failed(String record, History history, Failure failure) {
        Instant now = clock.instant();
        if (failure instanceof Failure.Permanent) {
            settled(record, history, false);
            return policy.decide(failure, history, state(record, history, now), now);
        }
        Instant since = since(record, history).orElse(now);
        outcomes.failed(record, since, now);
        if (failure instanceof Failure.Transient) {
            count(history, failure);
        }
        Decision decision = policy.decide(failure, history, state(record, history, now), now);
        apply(decision, failure);
        return decision;
    }

    // Count each record once: one that fails repeatedly must not open the breaker alone.
    private void count(History history, Failure failure) {
        State state = breaker.getState();
        if (state == State.CLOSED && !history.hasFailed()) {
            because("", failure.reason(), "");
            breaker.onError(0, TimeUnit.NANOSECONDS, new IllegalStateException(failure.reason()));
        } else if (state == State.HALF_OPEN) {
            open("", new Failure.Outage(failure.reason()), "");
        }
    }

    private void apply(Decision decision, Failure failure) {
        boolean out = decision.fold(
                retry -> false,
                defer -> defer.cause() == Decision.Cause.OUTAGE,
                hold -> hold.cause() == Decision.Cause.OUTAGE,
                dead -> false);
        boolean isNew = failure instanceof Failure.Outage
                ? target.outageMayBeOwn() && !isOpen()
                : breaker.getState() == State.CLOSED;
        if (out && isNew) {
            open("", new Failure.Outage(failure.reason(), failure.retryAfter()), "");
        } else if (!out && failure instanceof Failure.Outage) {
            // This record opened the breaker.
            closeIfHalfOpen();
        }
    }

    private TargetState state(String record, History history, Instant now) {
        Instant since = since(record, history).orElse(now);
        return new TargetState(
                breaker.getState() == State.CLOSED,
                outcomes.othersSucceededAfter(since, record),
                outcomes.othersSucceededAfter(history.last().orElse(now), record),
                outcomes.othersFailedAfter(since, record),
                outcomes.hasNewFailures(record),
                outcomes.failureRate(since, record),
                target.isWell(),
                target.outageMayBeOwn());
    }

    private Optional<Instant> since(String record, History history) {
        return history.hasFailed() ? outcomes.firstFailure(record).or(history::since) : Optional.empty();
    }

    private void open(String kind, Failure.Outage outage, String message) {
        because(kind, outage.reason(), message);
        Optional<Duration> asked = outage.retryAfter().filter(pause -> pause.compareTo(FIRST_PAUSE) > 0);
        if (asked.isPresent()) {
            transition(() -> breaker.transitionToOpenStateFor(asked.get()));
        } else if (breaker.getState() != State.OPEN) {
            transition(breaker::transitionToOpenState);
        }
    }

    private void because(String kind, String why, String message) {
        openedBy = kind;
        reason = why;
        detail = message;
    }

    private static void transition(Runnable transition) {
        try {
            transition.run();
        } catch (IllegalStateTransitionException e) {
            LOG.debug("another thread was faster");
        }
    }

    /** Whether no calls are allowed now. */
    public boolean isOpen() {
        return breaker.getState() == State.OPEN;
    }

    /** 0 closed, 1 half-open, 2 open. */
    public int state() {
        return switch (breaker.getState()) {
            case OPEN, FORCED_OPEN -> 2;
            case HALF_OPEN -> 1;
            default -> 0;
        };
    }

    public ComponentHealth health() {
        if (state() == 0) {
            return ComponentHealth.UP;
        }
        // The message of the watch already tells the operator what to check.
        String advice = openedBy.equals(TargetWatch.KIND) ? " (" + detail + ")" : "";
        return ComponentHealth.degraded(target.name() + " is out: " + reason + advice);
    }

    /** Ends all waits. */
    @Override
    public void close() {
        monitor.stop();
    }
}
