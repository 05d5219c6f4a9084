package io.webhookmemory.subscriptions.auditing;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.webhookmemory.admin.audit.Audit;
import io.webhookmemory.admin.audit.AuditReport;
import io.webhookmemory.admin.audit.Drift;
import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.zoho.api.ZohoClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Audits memory in intervals, on its own thread, and reports the counts as metrics. Only the leader audits; other
 * instances report NaN. It repairs nothing.
 */
public final class ScheduledAudit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduledAudit.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMinutes(5);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final AuditSchedule schedule;
    private final Audit audit;
    private final BooleanSupplier leads;
    private final Clock clock;
    private final StopSignal stop = new StopSignal();
    private final Thread thread = new Thread(this::run, "audit");
    private Instant next = Instant.MIN;
    private volatile Optional<Result> last = Optional.empty();

    private record Result(AuditReport report, Instant at) {}

    /**
     * Creates the audits; they do not start yet. The first one runs as soon as this instance leads.
     *
     * @param leads whether this instance is the leader
     */
    public ScheduledAudit(AuditSchedule schedule, BooleanSupplier leads, MeterRegistry registry, Clock clock) {
        this.schedule = schedule;
        this.leads = leads;
        this.clock = clock;
        Optional<ZohoClient> zoho =
                schedule.settings().zoho().map(credentials -> ZohoClient.create(credentials, registry, clock));
        audit = new Audit(schedule.settings(), zoho, stop, clock);
        thread.setDaemon(true);
        for (Drift drift : Drift.values()) {
            Gauge.builder(
                            "memory.drift",
                            () -> ofLast(result -> result.report().counts().get(drift)))
                    .description("Records, or datasets, in which memory differs from Zoho, by the last audit")
                    .tag("kind", drift.wireName())
                    .register(registry);
        }
        Gauge.builder("memory.audit.age", () -> ofLast(result -> secondsSince(result.at())))
                .description("Seconds since the last complete audit")
                .register(registry);
        Gauge.builder("memory.audit.interval", () -> schedule.interval().toSeconds())
                .description("Seconds between two audits, as configured")
                .register(registry);
    }

    public void start() {
        thread.start();
    }

    private double ofLast(ToDoubleFunction<Result> value) {
        return last.filter(result -> leads.getAsBoolean())
                .map(value::applyAsDouble)
                .orElse(Double.NaN);
    }

    private double secondsSince(Instant time) {
        return Duration.between(time, clock.instant()).toMillis() / 1000.0;
    }

    private void run() {
        while (!stop.isAsked()) {
            if (leads.getAsBoolean() && !clock.instant().isBefore(next)) {
                audit();
            }
            stop.pause(TICK);
        }
    }

    private void audit() {
        try {
            AuditReport report = audit.run(schedule.scope());
            if (stop.isAsked()) {
                return;
            }
            last = Optional.of(new Result(report, clock.instant()));
            next = clock.instant().plus(schedule.interval());
            LOG.atInfo()
                    .addKeyValue("drift", report.counts())
                    .addKeyValue("on_the_way", report.onTheWay())
                    .addKeyValue("not_compared", report.notCompared().keySet())
                    .log("audit finished");
        } catch (RuntimeException e) {
            // For example, Cognee is down. The last counts stay, and their age grows.
            Duration pause =
                    schedule.interval().compareTo(PAUSE_AFTER_FAILURE) < 0 ? schedule.interval() : PAUSE_AFTER_FAILURE;
            next = clock.instant().plus(pause);
            LOG.atWarn().setCause(e).log("audit failed");
        }
    }

    @Override
    public void close() {
        stop.stop();
        try {
            thread.join(STOP_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
