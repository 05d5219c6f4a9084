package io.webhookmemory.admin.cli;

import io.webhookmemory.admin.audit.AuditReport;
import io.webhookmemory.admin.audit.Drift;
import io.webhookmemory.admin.audit.Finding;
import io.webhookmemory.admin.audit.RepairPlan;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.zoho.api.ModuleCount;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Prints an audit. */
final class AuditView {
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean withZoho;
    private final boolean json;

    AuditView(PrintWriter out, PrintWriter err, boolean withZoho, boolean json) {
        this.out = out;
        this.err = err;
        this.withZoho = withZoho;
        this.json = json;
    }

    void estimate(List<ModuleCount> modules) {
        if (!withZoho) {
            err.println("Without Zoho's credentials: compares the directory with Cognee alone.");
            return;
        }
        long records = 0;
        long credits = 0;
        List<String> uncounted = new ArrayList<>();
        for (ModuleCount module : modules) {
            if (module.records().isPresent()) {
                records += module.records().getAsLong();
                credits += ModuleCount.credits(module.records().getAsLong());
            } else {
                uncounted.add(module.module() + " (" + module.reason() + ")");
            }
        }
        err.printf("Zoho: about %,d records, about %,d API credits%n", records, credits);
        uncounted.forEach(module -> err.println("Cannot be counted beforehand: " + module));
        err.flush();
    }

    void report(AuditReport report, Optional<RepairPlan> plan, boolean dryRun) {
        if (json) {
            out.println(OutputOption.json(asJson(report, plan, dryRun)));
        } else {
            print(report);
            plan.ifPresent(repair -> print(repair, dryRun));
        }
        out.flush();
    }

    private void print(AuditReport report) {
        AuditReport.Read read = report.read();
        out.printf(
                "Compared: %,d records in Zoho, %,d documents in the directory, %,d documents in Cognee, in %,d dataset%s.%n",
                read.zohoRecords(),
                read.directoryDocuments(),
                read.cogneeDocuments(),
                read.datasets(),
                read.datasets() == 1 ? "" : "s");
        report.notCompared().forEach((module, why) -> out.printf("Not compared with Zoho: %s (%s)%n", module, why));
        report.counts().forEach((drift, count) -> {
            out.printf("%,10d  %-13s  %s%n", count, drift.wireName(), drift.words());
            report.examples(drift).forEach(finding -> out.println("              " + words(finding)));
        });
        if (report.onTheWay() > 0) {
            out.printf("%,d more differ, and do not count: their events are on their way.%n", report.onTheWay());
        }
        out.println(result(report));
        if (report.counts().get(Drift.NO_GRAPH) > 0) {
            out.println("Graphs: see the memory-sink's health, then \"admin dlt redrive --record <dataset>\".");
        }
    }

    private String result(AuditReport report) {
        if (report.differs()) {
            return "Memory differs.";
        }
        return withZoho
                ? "Memory holds what it should."
                : "The directory and Cognee agree. Zoho was not compared: records that are missing, outdated or gone are not found.";
    }

    private static String words(Finding finding) {
        String subject = finding.recordId() == null
                ? finding.dataset()
                : finding.module() + " " + finding.recordId()
                        + (finding.dataset() == null ? "" : " in " + finding.dataset());
        return subject + ": " + finding.detail();
    }

    private void print(RepairPlan plan, boolean dryRun) {
        out.printf(
                "Repair of %,d record%s: %,d event%s %spublished%s.%n",
                plan.records(),
                plan.records() == 1 ? "" : "s",
                plan.events().size(),
                plan.events().size() == 1 ? "" : "s",
                dryRun ? "would be " : "",
                dryRun ? "" : " as " + plan.run());
        byType(plan).forEach((type, count) -> out.printf("%,10d  %s%n", count, type));
        if (plan.left() > 0) {
            out.printf("%,d more records need a repair; --max allows them, or the next run.%n", plan.left());
        }
        if (!plan.notRepairable().isEmpty()) {
            out.printf(
                    "%,d record%s cannot be repaired, because neither Zoho nor the directory knows whether they exist:"
                            + " %s. Set Zoho's credentials, or delete the documents in Cognee.%n",
                    plan.notRepairable().size(),
                    plan.notRepairable().size() == 1 ? "" : "s",
                    String.join(", ", plan.notRepairable().stream().limit(5).toList()));
        }
    }

    private static Map<String, Long> byType(RepairPlan plan) {
        Map<String, Long> counts = new TreeMap<>();
        plan.events().stream()
                .map(event -> event.eventType())
                .map(EventType::wireName)
                .forEach(type -> counts.merge(type, 1L, Long::sum));
        return counts;
    }

    private static Map<String, Object> asJson(AuditReport report, Optional<RepairPlan> plan, boolean dryRun) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("differs", report.differs());
        json.put("read", report.read());
        json.put("not_compared", report.notCompared());
        Map<String, Long> counts = new LinkedHashMap<>();
        List<Map<String, Object>> examples = new ArrayList<>();
        report.counts().forEach((drift, count) -> {
            counts.put(drift.wireName(), count);
            report.examples(drift).forEach(finding -> examples.add(asJson(finding)));
        });
        json.put("drift", counts);
        json.put("on_the_way", report.onTheWay());
        json.put("examples", examples);
        plan.ifPresent(repair -> {
            Map<String, Object> written = new LinkedHashMap<>();
            written.put("run", repair.run());
            written.put("dry_run", dryRun);
            written.put("records", repair.records());
            written.put("events", byType(repair));
            written.put("left", repair.left());
            written.put("not_repairable", repair.notRepairable());
            json.put("repair", written);
        });
        return json;
    }

    private static Map<String, Object> asJson(Finding finding) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("drift", finding.drift().wireName());
        json.put("module", finding.module());
        json.put("record_id", finding.recordId());
        json.put("dataset", finding.dataset());
        json.put("detail", finding.detail());
        return json;
    }
}
