package io.webhookmemory.admin.trace;

import io.webhookmemory.topics.event.EventType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** The parts of a journey in words: for the command line and for web pages. */
public final class JourneyText {
    /** Derived event ids have 64 characters; this many tell a record's events apart. */
    private static final int SHORT_ID = 12;

    private JourneyText() {}

    /** What happened, in one or two words. */
    public static String name(Step step) {
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

    /** What is known of it besides; names of fields, and no values of records. */
    public static List<String> details(Step step) {
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

    /** What memory holds, according to the directory. */
    public static String memory(Holding memory) {
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

    /** What Cognee says of the document. */
    public static String cognee(InCognee cognee) {
        return switch (cognee.state()) {
            case SAME -> "holds the document with this text";
            case DIFFERENT -> "holds the document with another text, sha256 " + cognee.contentSha256();
            case ABSENT -> "does not hold the document";
            case UNKNOWN -> "could not be asked: " + cognee.problem();
        };
    }

    /** An event id, or its beginning. */
    public static String shortened(String eventId) {
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
