package io.webhookmemory.sink.failure;

import io.webhookmemory.cognee.Failure;
import io.webhookmemory.service.management.ComponentHealth;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A circuit breaker for which callers can wait, so that an outage uses no retries.
 *
 * <p>It learns in two ways. Each call goes through {@link #call}: a call that finds the target down, or refusing every
 * caller, opens the breaker at once. The caller reports the result of each record with {@link #settled} and {@link
 * #failed}: the breaker opens when nine of ten records fail, each counted once, or when {@link FailurePolicy} finds
 * that no call succeeds.
 *
 * <p>While the breaker is open, no calls are made. After a pause, which grows ({@link BreakerPauses}) or is as long
 * as the target asks for, it is half-open and allows a few calls. It closes when a record succeeds, or a
 * call of the kind that failed; it opens again when one fails. Thread-safe.
 */
public final class CircuitGate implements AutoCloseable {
    private final Target target;
    private final FailurePolicy policy;
    private final Clock clock;
    private final BooleanSupplier othersWork;
    private final Breaker breaker;
    private final RecentOutcomes outcomes = new RecentOutcomes();
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

    public CircuitGate(Target target, FailurePolicy policy, BreakerPauses pauses, Clock clock) {
        this(target, policy, pauses, clock, () -> true);
    }

    /**
     * Of a part of a system that has other parts.
     *
     * @param othersWork whether calls to the other parts work; if not, no record is at fault because it fails alone
     */
    public CircuitGate(
            Target target, FailurePolicy policy, BreakerPauses pauses, Clock clock, BooleanSupplier othersWork) {
        this.target = target;
        this.othersWork = othersWork;
        this.policy = policy;
        this.clock = clock;
        this.breaker = new Breaker(target, pauses);
    }

    /**
     * Blocks until calls are allowed. The next call may still be refused, if other threads use the trial calls first.
     *
     * @return false if the service is stopping or the thread was interrupted
     */
    public boolean await() {
        return breaker.await();
    }

    /** Whether {@link #await} would not block now. */
    public boolean isPassable() {
        return breaker.isPassableNow();
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
        if (!breaker.tryAcquire()) {
            throw refusal.apply(new Failure.Outage(breaker.reason()));
        }
        boolean isTrial = !breaker.isClosed();
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
                breaker.endTrial();
            }
        }
    }

    private void responded(String kind) {
        if (breaker.wasOpenedBy(kind)) {
            breaker.closeIfHalfOpen();
        }
    }

    /** Probes the target's health while the breaker is half-open. For callers whose own call proves nothing. */
    public void probe() {
        if (breaker.isHalfOpen() && target.isWell().getAsBoolean()) {
            breaker.closeIfHalfOpen();
        }
    }

    /** When the last call began; empty before the first. */
    Optional<Instant> lastCall() {
        return Optional.ofNullable(lastCall);
    }

    /** Reports that no record waits for the target, and that it works. */
    void worksWhileIdle() {
        breaker.closeIfHalfOpen();
    }

    private void failed(String kind, Failure failure, String message) {
        if (failure instanceof Failure.Permanent) {
            responded(kind);
        } else if (failure instanceof Failure.Outage outage) {
            breaker.open(kind, outage, message);
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
        settled(record, history, proves, clock.instant());
    }

    /**
     * As above, for calls that take long.
     *
     * @param begin of the call
     */
    public void settled(String record, History history, boolean proves, Instant begin) {
        if (!proves) {
            outcomes.forget(record);
            return;
        }
        outcomes.succeeded(record, history.failures(), begin);
        if (breaker.isClosed()) {
            breaker.countSuccess();
        } else {
            // One success is enough: with little traffic, the other trial calls may take long to come.
            breaker.closeIfHalfOpen();
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
        if (breaker.isClosed() && !history.hasFailed()) {
            breaker.countFailure(failure.reason());
        } else if (breaker.isHalfOpen()) {
            breaker.open("", new Failure.Outage(failure.reason()), "");
        }
    }

    private void apply(Decision decision, Failure failure) {
        boolean out = decision.fold(
                retry -> false,
                defer -> defer.cause() == Decision.Cause.OUTAGE,
                hold -> hold.cause() == Decision.Cause.OUTAGE,
                dead -> false);
        boolean isNew = failure instanceof Failure.Outage ? target.outageMayBeOwn() && !isOpen() : breaker.isClosed();
        if (out && isNew) {
            breaker.open("", new Failure.Outage(failure.reason(), failure.retryAfter()), "");
        } else if (!out && failure instanceof Failure.Outage) {
            // This record opened the breaker.
            breaker.closeIfHalfOpen();
        }
    }

    private TargetState state(String record, History history, Instant now) {
        Instant since = since(record, history).orElse(now);
        return new TargetState(
                breaker.isClosed(),
                outcomes.othersSucceededAfter(since, record),
                outcomes.othersSucceededAfter(history.last().orElse(now), record),
                outcomes.othersFailedAfter(since, record),
                outcomes.hasNewFailures(record),
                outcomes.failureRate(since, record),
                () -> othersWork.getAsBoolean() && target.isWell().getAsBoolean(),
                target.outageMayBeOwn());
    }

    private Optional<Instant> since(String record, History history) {
        return history.hasFailed() ? outcomes.firstFailure(record).or(history::since) : Optional.empty();
    }

    /** Whether calls are made without limit, and no record has failed since the last success. */
    public boolean works() {
        return breaker.isClosed() && !outcomes.hasFailuresSinceSuccess();
    }

    /** Whether no calls are allowed now. */
    public boolean isOpen() {
        return breaker.isOpen();
    }

    /** 0 closed, 1 half-open, 2 open. */
    public int state() {
        return breaker.state();
    }

    public ComponentHealth health() {
        return breaker.health();
    }

    /** Ends all waits. */
    @Override
    public void close() {
        breaker.stop();
    }
}
