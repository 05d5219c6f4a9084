package io.webhookmemory.admin.cli;

import io.webhookmemory.admin.trace.Holding;
import io.webhookmemory.admin.trace.InCognee;
import io.webhookmemory.admin.trace.Journey;
import io.webhookmemory.admin.trace.Step;
import io.webhookmemory.topics.event.EventType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** A journey as text. */
final class JourneyView {
    private static final String STEP = "%-24s %-11s %-13s %s (%s)%n";
    /** Derived event ids have 64 characters; this many tell a record's events apart. */
    private static final int SHORT_ID = 12;

    private static final String FACT = "%-8s %s%n";

    private JourneyView() {}

    static String text(Journey journey) {
        StringBuilder text = new StringBuilder();
        if (journey.recordId() != null) {
            text.append(FACT.formatted("record", journey.recordId()));
        }
        if (journey.eventId() != null) {
            text.append(FACT.formatted("event", journey.eventId()));
        }
        text.append('\n');
        journey.steps()
                .forEach(step -> text.append(STEP.formatted(
                        millis(step.at()),
                        name(step),
                        shortened(step.eventId()),
                        String.join(", ", details(step)),
                        step.place())));
        text.append(journey.steps().isEmpty() ? "" : "\n");
        journey.steps().stream()
                .map(Step::eventId)
                .filter(id -> id != null && journey.eventId() == null)
                .distinct()
                .forEach(id -> text.append(FACT.formatted("event", id)));
        if (journey.memory() != null) {
            text.append(FACT.formatted("memory", memory(journey.memory())));
        }
        if (journey.cognee() != null) {
            text.append(FACT.formatted("cognee", cognee(journey.cognee())));
        }
        text.append(FACT.formatted("now", journey.conclusion().sentence()));
        Journey.Reading reading = journey.reading();
        text.append(FACT.formatted(
                "read",
                "%,d records in %d partitions, since %s"
                        .formatted(reading.records(), reading.partitions().size(), seconds(reading.since()))));
        if (journey.cognee() != null && journey.cognee().text() != null) {
            text.append("\ndocument\n").append(journey.cognee().text());
        }
        return text.toString();
    }

    private static String name(Step step) {
        if (step instanceof Step.Received) {
            return "received";
        } else if (step instanceof Step.Duplicate) {
            return "duplicate";
        } else if (step instanceof Step.Dropped) {
            return "dropped";
        } else if (step instanceof Step.Rejected) {
            return "rejected";
        } else if (step instanceof Step.Routed) {
            return "routed";
        } else if (step instanceof Step.Retry) {
            return "retry";
        } else if (step instanceof Step.DeadLettered) {
            return "dead letter";
        } else if (step instanceof Step.Handled handled) {
            return handled.action();
        } else if (step instanceof Step.Changing) {
            return "changing";
        } else if (step instanceof Step.InMemory) {
            return "in memory";
        }
        return ((Step.NotInMemory) step).deleted() ? "deleted" : "missing";
    }

    private static List<String> details(Step step) {
        List<String> details = new ArrayList<>();
        if (step instanceof Step.Received received) {
            received(received, details);
        } else if (step instanceof Step.Duplicate duplicate) {
            details.add("of event " + shortened(duplicate.ofEventId()) + " at " + duplicate.of());
        } else if (step instanceof Step.Dropped) {
            details.add("older than the record's deletion or newest change, or a duplicate of an earlier event");
        } else if (step instanceof Step.Rejected rejected) {
            details.add(rejected.reason());
            add(details, "by the %s", rejected.by());
        } else if (step instanceof Step.Routed routed) {
            routed(routed, details);
        } else if (step instanceof Step.Retry retry) {
            details.add(retry.tier() + ": " + retry.reason());
            add(details, "%s", retry.message());
            add(details, "due %s", retry.dueAt() == null ? null : millis(retry.dueAt()));
        } else if (step instanceof Step.DeadLettered dead) {
            details.add(dead.id() + ": " + dead.reason());
            add(details, "%s", dead.message());
            add(details, "attempts %s", dead.attempts());
        } else if (step instanceof Step.Handled handled) {
            details.add("dead letter " + handled.deadLetter());
        } else if (step instanceof Step.Changing changing) {
            details.add("by " + changing.instance());
            add(details, "in %s", changing.datasets().isEmpty() ? null : String.join(" ", changing.datasets()));
        } else if (step instanceof Step.InMemory shown) {
            details.add("document " + shown.dataId() + " in " + shown.dataset());
            add(details, "shows %s", shown.eventTime());
        } else if (step instanceof Step.NotInMemory absent) {
            add(details, absent.deleted() ? "as of %s" : "showed %s", absent.eventTime());
        }
        return details;
    }

    private static void received(Step.Received received, List<String> details) {
        details.add(change(received.eventType(), received.module()));
        add(details, "%s", received.source() == null ? null : received.source().wireName());
        add(details, "changed %s", received.changedAt());
        add(
                details,
                "fields %s",
                received.modifiedFields().isEmpty() ? null : String.join(" ", received.modifiedFields()));
        add(details, "redrive of %s", received.redriveOf());
        add(details, "replay %s", received.redriveOf() == null ? received.replayId() : null);
        add(details, "trace %s", received.traceId());
    }

    private static void routed(Step.Routed routed, List<String> details) {
        details.add(change(routed.eventType(), routed.module()));
        if (routed.critical()) {
            details.add("critical");
        }
        if (routed.accountId() == null) {
            details.add("no account");
        } else {
            details.add("account " + routed.accountId()
                    + (routed.accountFrom() == null
                            ? ""
                            : " " + routed.accountFrom().words()));
        }
        add(
                details,
                "changed fields: %s",
                routed.changedFields() == null
                        ? null
                        : routed.changedFields().isEmpty() ? "none" : String.join(" ", routed.changedFields()));
    }

    private static String change(EventType type, String module) {
        return type == null ? "unreadable" : type.wireName() + " " + module;
    }

    private static void add(List<String> details, String format, Object value) {
        if (value != null) {
            details.add(format.formatted(value));
        }
    }

    private static String memory(Holding memory) {
        List<String> facts = new ArrayList<>();
        switch (memory.state()) {
            case DOCUMENT -> facts.add("document " + memory.dataId() + " in " + memory.dataset());
            case DELETED -> facts.add("nothing, the record is deleted");
            case MISSING -> facts.add("no document is known");
            case UNKNOWN -> facts.add("nothing, the directory has no entry");
        }
        add(facts, "sha256 %s", memory.contentSha256());
        add(facts, "shows %s", memory.eventTime());
        add(facts, "event %s", memory.eventId());
        add(facts, "since %s", memory.since() == null ? null : seconds(memory.since()));
        add(facts, "a change by event %s has begun", memory.changingEventId());
        return String.join(", ", facts);
    }

    private static String cognee(InCognee cognee) {
        return switch (cognee.state()) {
            case SAME -> "holds the document with this text";
            case DIFFERENT -> "holds the document with another text, sha256 " + cognee.contentSha256();
            case ABSENT -> "does not hold the document";
            case UNKNOWN -> "could not be asked: " + cognee.problem();
        };
    }

    private static String shortened(String eventId) {
        if (eventId == null) {
            return "-";
        }
        return eventId.length() <= SHORT_ID + 1 ? eventId : eventId.substring(0, SHORT_ID) + "…";
    }

    private static Instant millis(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS);
    }

    private static Instant seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }
}
