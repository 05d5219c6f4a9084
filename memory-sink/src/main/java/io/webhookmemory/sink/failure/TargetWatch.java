package io.webhookmemory.sink.failure;

import io.webhookmemory.cognee.Failure;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a small call to a target at the start and while it is idle, so that wrong settings and outages show before the
 * first event. The results go to the target's breaker, and so to health, logs and metrics. Thread-safe.
 */
public final class TargetWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TargetWatch.class);
    static final String KIND = "check";

    private final CircuitGate gate;
    private final Runnable check;
    private final Function<RuntimeException, Optional<Failure>> failureOf;
    private final Duration interval;
    private final Clock clock;
    private final ScheduledExecutorService thread;

    /**
     * @param check makes the call, which must need the credentials; throws if it fails
     * @param failureOf the meaning of an exception of the check; empty if it says nothing about the target
     * @param interval between two checks; also the time without other calls after which the target counts as idle
     */
    public TargetWatch(
            CircuitGate gate,
            Runnable check,
            Function<RuntimeException, Optional<Failure>> failureOf,
            Duration interval,
            Clock clock) {
        this.gate = gate;
        this.check = check;
        this.failureOf = failureOf;
        this.interval = interval;
        this.clock = clock;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread created = new Thread(task, "target-watch");
            created.setDaemon(true);
            return created;
        });
    }

    /** Returns at once; the first check also starts at once. */
    public void start() {
        thread.scheduleWithFixedDelay(this::checkIfIdle, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void checkIfIdle() {
        try {
            // Compare the distance, not the order: the clock may be set back.
            boolean isIdle = gate.lastCall()
                    .map(last -> Duration.between(last, clock.instant()).abs().compareTo(interval) >= 0)
                    .orElse(true);
            if (isIdle && !gate.isOpen()) {
                check();
            }
        } catch (RuntimeException e) {
            // An exception out of here would silently end the schedule.
            LOG.debug("check failed", e);
        }
    }

    private void check() {
        gate.call(
                KIND,
                () -> {
                    check.run();
                    return true;
                },
                failureOf,
                RefusedException::new);
        gate.worksWhileIdle();
    }

    /** Interrupts a check in progress. */
    @Override
    public void close() {
        thread.shutdownNow();
    }

    private static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RefusedException(Failure.Outage outage) {
            super(outage.reason());
        }
    }
}
