package io.webhookmemory.ingress.subscriptions;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.webhookmemory.ingress.subscriptions.Outcome.Done;
import io.webhookmemory.ingress.subscriptions.SubscriptionKeeper.State;
import io.webhookmemory.service.ServiceSettings;
import io.webhookmemory.service.management.ComponentHealth;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.zoho.ZohoClient;
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

/**
 * Keeps the subscriptions alive, and reads what they missed, in the background of the running service, on one instance at
 * a time.
 */
public final class SubscriptionDuty implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionDuty.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMinutes(5);
    private static final Duration PAUSE_AFTER_ERROR = Duration.ofSeconds(5);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final SubscriptionSettings settings;
    private final SubscriptionKeeper keeper;
    private final Sweep sweep;
    private final Leadership leadership;
    private final Clock clock;
    private final MeterRegistry metrics;
    private final Thread thread = new Thread(this::run, "subscriptions");
    private final CountDownLatch stopped = new CountDownLatch(1);
    private Instant nextLook = Instant.MIN;
    private Instant nextSweep = Instant.MIN;
    private volatile Optional<String> undutiful = Optional.empty();
    private volatile Optional<Instant> oldestSwept = Optional.empty();
    private volatile List<String> sweepTroubles = List.of();
    private volatile boolean stopping;
    private volatile boolean leading;

    private SubscriptionDuty(
            SubscriptionSettings settings,
            ChannelPlan plan,
            ServiceSettings service,
            Function<List<WebhookEvent>, CompletableFuture<Void>> publish,
            MeterRegistry metrics,
            Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.metrics = metrics;
        ZohoClient zoho = ZohoClient.create(settings.zoho().orElseThrow(), metrics, clock);
        keeper = new SubscriptionKeeper(
                new Subscriptions(zoho.channels(), plan, clock),
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
        Gauge.builder("ingress.subscriptions.expiry", this, SubscriptionDuty::secondsToExpiry)
                .description("Seconds until the first of our channels ends")
                .register(metrics);
        Gauge.builder("ingress.sweep.age", this, SubscriptionDuty::secondsSinceSwept)
                .description("Seconds since all changes in Zoho are known to have been read")
                .register(metrics);
        Gauge.builder(
                        "ingress.subscriptions.missing",
                        this,
                        duty -> duty.leading ? duty.keeper.state().missing().size() : Double.NaN)
                .description("Modules that there should be a channel for and is none")
                .register(metrics);
        Gauge.builder(
                        "ingress.subscriptions.renew.before",
                        settings,
                        set -> set.renewBefore().toSeconds())
                .description("Seconds before a channel's end at which it is renewed, as configured")
                .register(metrics);
        Gauge.builder(
                        "ingress.sweep.interval",
                        settings,
                        set -> set.sweepInterval().toSeconds())
                .description("Seconds between two sweeps, as configured")
                .register(metrics);
        // They begin at 0: Prometheus sees no increase where a series begins with 1.
        settings.sweptModules().forEach(this::swept);
        Stream.of(Outcome.Action.REGISTERED, Outcome.Action.RENEWED).forEach(this::changes);
    }

    /**
     * Empty where Zoho's credentials or our own address are not configured.
     *
     * @param publish writes what a sweep found; completes when it is written for good
     */
    public static Optional<SubscriptionDuty> create(
            SubscriptionSettings settings,
            ServiceSettings service,
            Function<List<WebhookEvent>, CompletableFuture<Void>> publish,
            MeterRegistry metrics,
            Clock clock) {
        return settings.zoho().isPresent()
                ? settings.plan().map(plan -> new SubscriptionDuty(settings, plan, service, publish, metrics, clock))
                : Optional.empty();
    }

    public void start() {
        thread.start();
    }

    /** Up also where another instance has the duty: that one tells. */
    public ComponentHealth health() {
        State state = keeper.state();
        if (!leading) {
            return undutiful.map(ComponentHealth::degraded).orElse(ComponentHealth.UP);
        }
        List<String> troubles =
                Stream.concat(state.troubles().stream(), sweepTroubles.stream()).toList();
        if (!troubles.isEmpty()) {
            return ComponentHealth.degraded(String.join("; ", troubles));
        }
        Instant tooLate = clock.instant().plus(settings.renewBefore().dividedBy(2));
        return state.nearestExpiry()
                .map(expiry -> expiry.isBefore(tooLate)
                        ? ComponentHealth.degraded("a webhook ends at " + expiry)
                        : ComponentHealth.up("the first webhook to end ends at " + expiry))
                .orElse(ComponentHealth.UP);
    }

    private void run() {
        try (leadership) {
            while (!stopping) {
                try {
                    step();
                    undutiful = Optional.empty();
                } catch (RuntimeException e) {
                    // Such as a right that was taken away. Giving up would let every channel end in silence.
                    leading = false;
                    undutiful = Optional.of("nobody may look after the subscriptions here: "
                            + e.getClass().getSimpleName());
                    LOG.atError().setCause(e).log("subscriptions are not looked after; trying again");
                    pause(PAUSE_AFTER_ERROR);
                }
            }
        }
    }

    private void step() {
        leading = leadership.holdsAfter(TICK);
        Instant now = clock.instant();
        if (leading && !now.isBefore(nextLook)) {
            nextLook = now.plus(keeper.check());
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
            result.events().forEach((module, events) -> swept(module).increment(events));
            oldestSwept = result.positions().values().stream().min(Instant::compareTo);
            sweepTroubles = result.troubles();
            if (sweepTroubles.isEmpty()) {
                nextSweep = now.plus(settings.sweepInterval());
            }
        } catch (RuntimeException e) {
            // Such as Kafka's, where another leads by now; an exception out of here would end all later looks.
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
        return keeper.state()
                .nearestExpiry()
                .map(expiry -> Duration.between(clock.instant(), expiry).toMillis() / 1000.0)
                .orElse(Double.NaN);
    }

    private Counter swept(String module) {
        return metrics.counter("ingress.sweep.events", "module", module);
    }

    private Counter changes(Outcome.Action action) {
        return metrics.counter(
                "ingress.subscriptions.changes", "action", action.name().toLowerCase(Locale.ROOT));
    }

    private void count(Done change) {
        String action = change.action().name().toLowerCase(Locale.ROOT);
        LOG.atInfo()
                .addKeyValue("crm_module", change.module())
                .addKeyValue("action", action)
                .addKeyValue("expiry", change.expiry().map(Instant::toString).orElse("?"))
                .log("subscription");
        changes(change.action()).increment();
        if (change.action() == Outcome.Action.REGISTERED) {
            // While there was no channel nothing was reported.
            nextSweep = Instant.MIN;
        }
    }

    /** A look that is under way is let finish for a while; an interrupt would leave the group without a word. */
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
