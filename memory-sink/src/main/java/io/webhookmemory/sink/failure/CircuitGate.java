package io.webhookmemory.sink.failure;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.IllegalStateTransitionException;
import io.github.resilience4j.core.IntervalFunction;
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
 * A circuit breaker that callers can wait for, so that an outage uses up no retries.
 *
 * <p>It learns in two ways. Each call goes through {@link #call}: a call that finds the target down, or refusing every caller,
 * opens the breaker at once. The caller reports what became of each record, with {@link #settled} and {@link #failed}: the
 * breaker opens when nine of ten records fail, each counted once, and where {@link FailurePolicy} finds that no call
 * succeeds.
 *
 * <p>An open breaker lets nothing through. After a pause, which grows to {@link FailurePolicy#LONGEST_PAUSE} or is as long as
 * the target asks for, it is half-open: a few calls go through. It closes when a record succeeds, or a call of the kind that
 * failed; it opens again when one fails. Thread-safe.
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
    /** The kind of call that opened the breaker; empty where records did. */
    private volatile String openedBy = "";

    /** What the call that opened the breaker said; empty where records did. */
    private volatile String detail = "";

    private volatile Instant lastCall;

    /**
     * What is behind the gate.
     *
     * @param name for health, metrics and logs
     * @param address for logs, without credentials
     * @param hint what an operator should check when it is out
     * @param isWell asks it whether it can work; may block
     * @param outageMayBeOwn whether one record can make it look out of order to everyone
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
     * Blocks until calls go through; one that follows may still be refused, where others were faster.
     *
     * @return false where the service is stopping or the thread was interrupted
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
     * Makes a call, if calls go through.
     *
     * @param kind of the call
     * @param failureOf what an exception of the call means; empty where it says nothing about the target
     * @param refusal makes the exception to throw where the breaker is open
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
            answered(kind);
            return result;
        } catch (RuntimeException e) {
            failureOf.apply(e).ifPresent(failure -> failed(kind, failure, e.getMessage()));
            throw e;
        } finally {
            // A call that began before the outage took none of the trials' permissions.
            if (isTrial) {
                breaker.releasePermission();
                monitor.changed();
            }
        }
    }

    private void answered(String kind) {
        if (kind.equals(openedBy)) {
            closeIfHalfOpen();
        }
    }

    private void closeIfHalfOpen() {
        if (breaker.getState() == State.HALF_OPEN) {
            transition(breaker::transitionToClosedState);
        }
    }

    /**
     * Asks the target whether it works, unless the breaker is closed or open: for a caller that has made a call which proves
     * nothing.
     */
    public void probe() {
        if (breaker.getState() == State.HALF_OPEN && target.isWell().getAsBoolean()) {
            closeIfHalfOpen();
        }
    }

    /** When the last call began; empty before the first. */
    Optional<Instant> lastCall() {
        return Optional.ofNullable(lastCall);
    }

    /** No record waits for the target, and it works. */
    void worksWhileIdle() {
        closeIfHalfOpen();
    }

    private void failed(String kind, Failure failure, String message) {
        if (failure instanceof Failure.Permanent) {
            answered(kind);
        } else if (failure instanceof Failure.Outage outage) {
            open(kind, outage, message);
        }
    }

    /**
     * Reports that a record needs no more attempts.
     *
     * @param history before the attempt that ended it
     * @param proves whether a call succeeded that shows that the target works: a document was written. What was done without
     *     a call, or with deletions only, proves nothing
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
            // One success says enough: with little to do, the other trials may be long in coming.
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

    // Each record counts once: one that fails again and again must not open the breaker by itself.
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
            // It was this record that opened the breaker.
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

    /** Whether no call goes through now. */
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
        // What the watch says is written for an operator.
        String advice = openedBy.equals(TargetWatch.KIND) ? " (" + detail + ")" : "";
        return ComponentHealth.degraded(target.name() + " is out: " + reason + advice);
    }

    /** Ends every wait. */
    @Override
    public void close() {
        monitor.stop();
    }
}
