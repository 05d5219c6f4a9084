package io.webhookmemory.sink.failure;

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
 * Makes a small call to a target at the start and while there is nothing else to do, so that wrong settings and outages show
 * before the first event comes. It feeds the target's gate, and so health, logs and metrics. Thread-safe.
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
     * @param check makes the call, which must need the credentials; throws where it fails
     * @param failureOf what an exception of the check means; empty where it says nothing about the target
     * @param interval between two checks, and how long there must have been no other call
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

    /** Returns at once; the first check is made at once, too. */
    public void start() {
        thread.scheduleWithFixedDelay(this::checkIfIdle, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void checkIfIdle() {
        try {
            // By how far off, not by which is later: the clock may be set back.
            boolean isIdle = gate.lastCall()
                    .map(last -> Duration.between(last, clock.instant()).abs().compareTo(interval) >= 0)
                    .orElse(true);
            if (isIdle && !gate.isOpen()) {
                check();
            }
        } catch (RuntimeException e) {
            // The schedule would end with it.
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

    /** Cuts a check short that is under way. */
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
