package io.webhookmemory.subscriptions.maintenance;

import io.micrometer.core.instrument.MeterRegistry;
import io.webhookmemory.service.ServiceSettings;
import io.webhookmemory.service.management.ComponentHealth;
import io.webhookmemory.subscriptions.channel.ChannelMaintenance;
import io.webhookmemory.subscriptions.channel.ChannelMaintenance.State;
import io.webhookmemory.subscriptions.channel.Outcome;
import io.webhookmemory.subscriptions.channel.Outcome.Done;
import io.webhookmemory.subscriptions.channel.SubscriptionSettings;
import io.webhookmemory.subscriptions.channel.Subscriptions;
import io.webhookmemory.subscriptions.sweep.Sweep;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.zoho.api.ZohoClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs channel maintenance and sweeps on its own thread; of several instances, only the leader does this work. */
public final class MaintenanceLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MaintenanceLoop.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMinutes(5);
    private static final Duration PAUSE_AFTER_ERROR = Duration.ofSeconds(5);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final SubscriptionSettings settings;
    private final ChannelMaintenance maintenance;
    private final Sweep sweep;
    private final Leadership leadership;
    private final Clock clock;
    private final MaintenanceMetrics metrics;
    private final Thread thread = new Thread(this::run, "subscriptions");
    private final CountDownLatch stopped = new CountDownLatch(1);
    private Instant nextLook = Instant.MIN;
    private Instant nextSweep = Instant.MIN;
    private volatile Optional<String> failure = Optional.empty();
    private volatile Optional<Instant> oldestSwept = Optional.empty();
    private volatile List<String> sweepTroubles = List.of();
    private volatile boolean stopping;
    private volatile boolean leading;

    /**
     * Creates a loop; it does not start yet.
     *
     * @param publish writes the events of a sweep; completes when Kafka has acknowledged them
     */
    public MaintenanceLoop(
            SubscriptionSettings settings,
            ServiceSettings service,
            Function<List<WebhookEvent>, CompletableFuture<Void>> publish,
            MeterRegistry registry,
            Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.metrics = new MaintenanceMetrics(registry);
        ZohoClient zoho = ZohoClient.create(settings.zoho(), registry, clock);
        maintenance = new ChannelMaintenance(
                new Subscriptions(zoho.channels(), settings.plan(), clock),
                settings,
                clock,
                () -> ThreadLocalRandom.current().nextDouble(),
                this::count);
        sweep = new Sweep(zoho, publish, clock);
        leadership = new Leadership(service.kafka(), service.instance());
        thread.setDaemon(true);
        registerMetrics();
    }

    private void registerMetrics() {
        metrics.gauge("expiry", "Seconds until the first of our channels expires", this::secondsToExpiry);
        metrics.gauge(
                "missing",
                "Modules that lack a channel",
                () -> leading ? maintenance.state().missing().size() : Double.NaN);
        metrics.gauge(
                "renew.before",
                "Seconds before a channel's expiry at which it is renewed, as configured",
                () -> settings.renewBefore().toSeconds());
        metrics.gauge(
                "sweep.age", "Seconds since all changes in Zoho are known to have been read", this::secondsSinceSwept);
        metrics.gauge(
                "sweep.interval",
                "Seconds between two sweeps, as configured",
                () -> settings.sweepInterval().toSeconds());
        // Counters start at 0: Prometheus sees no increase if a series starts with 1.
        settings.sweptModules().forEach(module -> metrics.swept(module, 0));
        Stream.of(Outcome.Action.REGISTERED, Outcome.Action.RENEWED).forEach(action -> metrics.changed(action, 0));
    }

    public void start() {
        LOG.atInfo()
                .addKeyValue("watched", settings.watches())
                .addKeyValue("swept_only", settings.sweptOnly())
                .log("modules");
        thread.start();
    }

    /** Whether this instance is the leader. */
    public boolean isLeading() {
        return leading;
    }

    /** Also up on instances that do not lead: the leader reports problems. */
    public ComponentHealth health() {
        State state = maintenance.state();
        if (!leading) {
            return failure.map(ComponentHealth::degraded).orElse(ComponentHealth.UP);
        }
        List<String> troubles =
                Stream.concat(state.troubles().stream(), sweepTroubles.stream()).toList();
        if (!troubles.isEmpty()) {
            return ComponentHealth.degraded(String.join("; ", troubles));
        }
        Instant tooLate = clock.instant().plus(settings.renewBefore().dividedBy(2));
        return state.nearestExpiry()
                .map(expiry -> expiry.isBefore(tooLate)
                        ? ComponentHealth.degraded("a channel expires at " + expiry)
                        : ComponentHealth.up("the first channel to expire expires at " + expiry))
                .orElse(ComponentHealth.UP);
    }

    private void run() {
        try (leadership) {
            while (!stopping) {
                try {
                    step();
                    failure = Optional.empty();
                } catch (RuntimeException e) {
                    // For example, a right was removed. If the loop ended, every channel would expire silently.
                    leading = false;
                    failure = Optional.of(
                            "channel maintenance fails: " + e.getClass().getSimpleName());
                    LOG.atError().setCause(e).log("channel maintenance failed; trying again");
                    pause(PAUSE_AFTER_ERROR);
                }
            }
        }
    }

    private void step() {
        leading = leadership.holdsAfter(TICK);
        Instant now = clock.instant();
        if (leading && !now.isBefore(nextLook)) {
            nextLook = now.plus(maintenance.check());
        }
        if (leading && !now.isBefore(nextSweep)) {
            sweep(now);
        }
    }

    private void pause(Duration duration) {
        try {
            stopped.await(duration.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sweep(Instant now) {
        nextSweep = now.plus(shorter(settings.sweepInterval(), PAUSE_AFTER_FAILURE));
        try {
            Map<String, Instant> kept = leadership.kept();
            Map<String, Instant> positions = new TreeMap<>();
            settings.sweptModules()
                    .forEach(module ->
                            positions.put(module, kept.getOrDefault(module, now.minus(settings.sweepLookback()))));
            Sweep.Result result = sweep.run(positions);
            leadership.keep(result.positions());
            result.events().forEach((module, events) -> metrics.swept(module, events));
            oldestSwept = result.positions().values().stream().min(Instant::compareTo);
            sweepTroubles = result.troubles();
            if (sweepTroubles.isEmpty()) {
                nextSweep = now.plus(settings.sweepInterval());
            }
        } catch (RuntimeException e) {
            // For example, another instance leads by now. An exception out of here would end all later checks.
            LOG.atWarn().setCause(e).log("sweep failed");
            sweepTroubles = List.of("the last sweep failed");
        }
        sweepTroubles.forEach(trouble -> LOG.atWarn().log("sweep incomplete: {}", trouble));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private double secondsSinceSwept() {
        return oldestSwept
                .filter(time -> leading)
                .map(time -> Duration.between(time, clock.instant()).toMillis() / 1000.0)
                .orElse(Double.NaN);
    }

    private double secondsToExpiry() {
        if (!leading) {
            return Double.NaN;
        }
        return maintenance
                .state()
                .nearestExpiry()
                .map(expiry -> Duration.between(clock.instant(), expiry).toMillis() / 1000.0)
                .orElse(Double.NaN);
    }

    private void count(Done change) {
        String action = change.action().name().toLowerCase(Locale.ROOT);
        LOG.atInfo()
                .addKeyValue("crm_module", change.module())
                .addKeyValue("action", action)
                .addKeyValue("expiry", change.expiry().map(Instant::toString).orElse("?"))
                .log("subscription");
        metrics.changed(change.action(), 1);
        if (change.action() == Outcome.Action.REGISTERED) {
            // While there was no channel, Zoho reported nothing.
            nextSweep = Instant.MIN;
        }
    }

    /** Waits a while for a check in progress; an interrupt would end the thread without leaving the group. */
    @Override
    public void close() {
        stopping = true;
        stopped.countDown();
        leadership.wakeup();
        try {
            thread.join(STOP_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
