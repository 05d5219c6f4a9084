package io.webhookmemory.admin.cli;

import io.webhookmemory.admin.erase.ErasureReport;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** An erasure as text. */
final class ErasureView {
    private static final String FACT = "%-8s %s%n";
    private static final String ROW = "%-36s %6s  %-20s  %s%n";

    private ErasureView() {}

    static String text(ErasureReport report) {
        StringBuilder text = new StringBuilder();
        text.append(FACT.formatted("record", report.recordId() + ", " + report.module()));
        text.append(FACT.formatted("before", found(report.before())));
        if (report.eventId() != null) {
            text.append(FACT.formatted("event", report.eventId()));
        }
        text.append(FACT.formatted("now", now(report)));
        if (report.deadLettersDiscarded() > 0) {
            boolean isOne = report.deadLettersDiscarded() == 1;
            text.append(FACT.formatted(
                    "",
                    "%,d dead letter%s %sdiscarded"
                            .formatted(
                                    report.deadLettersDiscarded(),
                                    isOne ? "" : "s",
                                    report.state() == ErasureReport.State.DRY_RUN ? "would be " : "")));
        }
        remaining(report, text);
        return text.toString();
    }

    private static String found(ErasureReport.Found found) {
        List<String> facts = new ArrayList<>();
        if (found.begun()) {
            facts.add("perhaps a document in memory, because a change was begun");
        } else {
            facts.add(found.document() ? "a document in memory" : "no document in memory");
        }
        facts.add(
                found.state()
                        ? "content in the stream-processor's store"
                        : "no content in the stream-processor's store");
        return String.join(", ", facts);
    }

    private static String now(ErasureReport report) {
        return switch (report.state()) {
            case NOT_SEEN -> "not seen: no topic has the record";
            case NOTHING_LEFT -> "nothing left to erase";
            case STOPPED -> "stopped before anything was written";
            case DRY_RUN -> "would be erased";
            case PUBLISHED -> "erasure published, not waited for; run the same command to see whether anything is left";
            case ERASED -> "erased" + (report.at() == null ? "" : " as of " + seconds(report.at()));
            case NOT_CONFIRMED ->
                "erasure published, not confirmed yet: " + found(report.now()) + "; run the same command again";
            case FAILED ->
                "the memory-sink could not apply the erasure: dead letter "
                        + report.failed().deadLetter() + ", " + report.failed().reason()
                        + "; remove the cause and run the same command again";
            case CAME_AGAIN -> "erased, and in memory again by a newer event";
        };
    }

    private static void remaining(ErasureReport report, StringBuilder text) {
        if (report.remaining().isEmpty()) {
            text.append(FACT.formatted("remains", "nothing on any topic"));
            return;
        }
        text.append("%nOld content of the record on topics, until Kafka deletes it at the latest:%n".formatted());
        text.append(ROW.formatted("topic", "events", "newest", "until"));
        report.remaining()
                .forEach(topic -> text.append(ROW.formatted(
                        topic.topic(), "%,d".formatted(topic.events()), seconds(topic.newest()), until(topic))));
    }

    private static String until(ErasureReport.Remaining topic) {
        if (topic.until() == null) {
            return topic.compacted()
                    ? "its compaction, which has no limit (max.compaction.lag.ms)"
                    : "no limit (retention.ms)";
        }
        return seconds(topic.until()) + (topic.compacted() ? ", by compaction" : "");
    }

    private static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
