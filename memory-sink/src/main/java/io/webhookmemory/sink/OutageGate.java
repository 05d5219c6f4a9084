package io.webhookmemory.sink;

import io.webhookmemory.service.management.ComponentHealth;
import io.webhookmemory.sink.cognee.Memory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shut while memory is down or refuses everybody, so that an outage uses up nobody's retries. It opens by itself when
 * memory says that it can work; if the next call is refused all the same, as with bad credentials, it shuts again for a
 * little longer. Thread-safe.
 */
public final class OutageGate implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutageGate.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);

    private final Memory memory;
    private final ScheduledExecutorService prober = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "memory-probe");
        thread.setDaemon(true);
        return thread;
    });
    private Optional<String> outage = Optional.empty();
    private Duration pause = FIRST_PAUSE;
    private boolean stopping;

    public OutageGate(Memory memory) {
        this.memory = memory;
    }

    /**
     * Waits while the gate is shut.
     *
     * @return false where the service is stopping
     */
    public synchronized boolean await() {
        try {
            while (outage.isPresent() && !stopping) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return !stopping;
    }

    /** @param reason a short stable word */
    public synchronized void shut(String reason) {
        if (outage.isEmpty() && !stopping) {
            LOG.atWarn().addKeyValue("reason", reason).log("memory is out; waiting for it");
            outage = Optional.of(reason);
            prober.schedule(this::probe, pause.toMillis(), TimeUnit.MILLISECONDS);
            Duration longer = pause.multipliedBy(2);
            pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
        }
    }

    /** To be called after a call that memory took: the next outage is a new one. */
    public synchronized void passed() {
        pause = FIRST_PAUSE;
    }

    public synchronized boolean isShut() {
        return outage.isPresent();
    }

    public synchronized ComponentHealth health() {
        return outage.map(reason -> ComponentHealth.degraded("memory is out: " + reason))
                .orElse(ComponentHealth.UP);
    }

    private void probe() {
        boolean available = memory.isAvailable();
        synchronized (this) {
            if (available) {
                LOG.info("memory answers again");
                outage = Optional.empty();
                notifyAll();
            } else if (!stopping) {
                prober.schedule(this::probe, FIRST_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    /** Lets everybody go who waits. */
    @Override
    public synchronized void close() {
        stopping = true;
        notifyAll();
        prober.shutdownNow();
    }
}
