package io.webhookmemory.subscriptions.cli;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.webhookmemory.subscriptions.importing.ImportEvents;
import io.webhookmemory.subscriptions.importing.ModulePosition;
import io.webhookmemory.zoho.api.ModuleCount;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** What {@code subscriptions import} prints: plan and summary on standard output, progress on standard error. */
final class ImportOutput implements ImportEvents {
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    /** Ids in one call of the memory-sink. */
    private static final int SINK_IDS_PER_CALL = 50;

    private final PrintWriter out;
    private final PrintWriter err;
    private final Clock clock;
    private final MeterRegistry metrics;
    private final Map<String, PlannedModule> plan = new HashMap<>();
    private Instant begin;
    private Instant lastLine = Instant.MIN;
    private String current = "";
    private long currentImported;
    private long importedBefore;

    /** @param metrics of the client that calls Zoho, which count its calls */
    ImportOutput(PrintWriter out, PrintWriter err, Clock clock, MeterRegistry metrics) {
        this.out = out;
        this.err = err;
        this.clock = clock;
        this.metrics = metrics;
        this.begin = clock.instant();
    }

    void plan(List<PlannedModule> modules, int rate) {
        modules.forEach(module -> {
            plan.put(module.name(), module);
            out.println(module.name() + ": " + words(module));
        });
        long left =
                modules.stream().mapToLong(module -> module.left().orElse(0)).sum();
        long credits = modules.stream()
                .filter(module -> !module.finished() && module.left().isPresent())
                .mapToLong(module -> ModuleCount.credits(module.left().getAsLong()))
                .sum();
        boolean all = modules.stream().allMatch(module -> module.left().isPresent());
        out.printf(
                "To import: about %,d records%s, about %,d API credits, %s at %,d events/s%n",
                left,
                all ? "" : " and those of the modules that cannot be counted",
                credits,
                words(Duration.ofSeconds(left / rate)),
                rate);
        out.printf(
                "The memory-sink, if it has Zoho credentials, reads the records again: %,d to %,d more API credits%n",
                (left + SINK_IDS_PER_CALL - 1) / SINK_IDS_PER_CALL, left);
        out.flush();
    }

    private static String words(PlannedModule module) {
        ModulePosition position = module.position();
        if (position.finished().isPresent()) {
            return "finished at " + position.finished().get() + ", skipped; --restart imports it again";
        }
        OptionalLong count = module.count().records();
        String records = count.isPresent()
                ? "%,d records, about %,d API credits"
                        .formatted(
                                count.getAsLong(),
                                ModuleCount.credits(module.left().getAsLong()))
                : "cannot be counted: " + module.count().reason();
        return module.kept().isEmpty() || position.records() == 0
                ? records
                : records + "; continues after %,d records, at %s".formatted(position.records(), position.reached());
    }

    void begin() {
        begin = clock.instant();
    }

    @Override
    public void progress(String module, long imported) {
        if (!module.equals(current)) {
            importedBefore += importedNow();
            current = module;
        }
        currentImported = imported;
        if (isDue()) {
            OptionalLong count = plan.get(module).count().records();
            err.printf(
                    "%s: %,d%s records, %,d/s, %,d API credits used%s%n",
                    module,
                    imported,
                    count.isPresent() ? " of about %,d".formatted(count.getAsLong()) : "",
                    perSecond(),
                    creditsUsed(),
                    creditsLeft());
            err.flush();
        }
    }

    @Override
    public void waiting(String reason, Duration since) {
        if (isDue()) {
            err.printf("waiting for %s: %s%n", words(since), reason);
            err.flush();
        }
    }

    void finished(PlannedModule module, ModulePosition end) {
        out.printf("%s: imported, %,d events%n", module.name(), end.records());
        out.flush();
    }

    void failed(PlannedModule module, String reason) {
        err.println(module.name() + ": " + reason);
        err.flush();
    }

    /** @return the exit code */
    int interrupted() {
        summary();
        err.println("The import is not finished. Run the same command again to continue.");
        err.flush();
        return 1;
    }

    void summary() {
        out.printf(
                "%,d events in %s (%,d/s), %,d API credits%n",
                importedBefore + importedNow(),
                words(Duration.between(begin, clock.instant())),
                perSecond(),
                creditsUsed());
        out.flush();
    }

    private boolean isDue() {
        Instant now = clock.instant();
        if (now.isBefore(lastLine.plus(INTERVAL))) {
            return false;
        }
        lastLine = now;
        return true;
    }

    /** Of the current module, in this run. */
    private long importedNow() {
        return current.isEmpty()
                ? 0
                : currentImported - plan.get(current).position().records();
    }

    private long perSecond() {
        long millis = Math.max(1, Duration.between(begin, clock.instant()).toMillis());
        return (importedBefore + importedNow()) * 1000 / millis;
    }

    // A call that Zoho refuses may cost a credit too; only tokens cost none.
    private long creditsUsed() {
        return metrics.find("zoho.calls").timers().stream()
                .filter(timer -> !"token".equals(timer.getId().getTag("call")))
                .mapToLong(Timer::count)
                .sum();
    }

    private String creditsLeft() {
        Gauge left = metrics.find("zoho.credits.left").gauge();
        return left == null || Double.isNaN(left.value()) ? "" : ", %,d left".formatted((long) left.value());
    }

    private static String words(Duration time) {
        if (time.toSeconds() < 120) {
            return time.toSeconds() + " s";
        }
        return time.toMinutes() < 120
                ? time.toMinutes() + " min"
                : time.toHours() + " h " + time.toMinutesPart() + " min";
    }
}
