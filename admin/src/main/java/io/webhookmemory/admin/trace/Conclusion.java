package io.webhookmemory.admin.trace;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What is true now, for an event or for a record's newest event. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Conclusion.InMemory.class, name = "in_memory"),
    @JsonSubTypes.Type(value = Conclusion.Missing.class, name = "missing"),
    @JsonSubTypes.Type(value = Conclusion.Deleted.class, name = "deleted"),
    @JsonSubTypes.Type(value = Conclusion.Superseded.class, name = "superseded"),
    @JsonSubTypes.Type(value = Conclusion.Waiting.class, name = "waiting"),
    @JsonSubTypes.Type(value = Conclusion.DeadLetter.class, name = "dead_letter"),
    @JsonSubTypes.Type(value = Conclusion.Discarded.class, name = "discarded"),
    @JsonSubTypes.Type(value = Conclusion.Duplicate.class, name = "duplicate"),
    @JsonSubTypes.Type(value = Conclusion.Dropped.class, name = "dropped"),
    @JsonSubTypes.Type(value = Conclusion.Rejected.class, name = "rejected"),
    @JsonSubTypes.Type(value = Conclusion.OnItsWay.class, name = "on_its_way"),
    @JsonSubTypes.Type(value = Conclusion.WithoutEffect.class, name = "without_effect"),
    @JsonSubTypes.Type(value = Conclusion.NotSeen.class, name = "not_seen")
})
public sealed interface Conclusion {

    /** The conclusion as a sentence for a person, without a full stop. */
    @JsonProperty("sentence")
    String sentence();

    /**
     * Memory holds the record's document and shows this event.
     *
     * @param asOf when the memory-sink recorded it
     * @param eventId null if the event is unknown
     */
    record InMemory(Instant asOf, String eventId) implements Conclusion {
        @Override
        public String sentence() {
            return "in memory as of " + seconds(asOf) + event(eventId);
        }
    }

    /** Cognee does not hold the document that the directory names. */
    record Missing(String dataset, String dataId, String eventId) implements Conclusion {
        @Override
        public String sentence() {
            return "missing: Cognee does not hold document " + dataId + " of dataset " + dataset
                    + ", which the directory names" + event(eventId);
        }
    }

    /**
     * The record is deleted from memory.
     *
     * @param asOf when the memory-sink recorded it
     * @param eventId null if the event is unknown
     */
    record Deleted(Instant asOf, String eventId) implements Conclusion {
        @Override
        public String sentence() {
            return "deleted from memory as of " + seconds(asOf) + event(eventId);
        }
    }

    /**
     * Memory shows a newer state than this event's.
     *
     * @param byEventId null if the newer event is unknown
     * @param asOf when the memory-sink recorded it
     */
    record Superseded(String byEventId, Instant asOf) implements Conclusion {
        @Override
        public String sentence() {
            return "superseded by " + (byEventId == null ? "a newer event" : "event " + byEventId)
                    + ", which memory shows as of " + seconds(asOf);
        }
    }

    /**
     * The event waits for a retry.
     *
     * @param dueAt null if the event has no readable due time; then it is due
     * @param dueIn seconds until then, rounded up; 0 if it is due
     */
    record Waiting(String eventId, int retry, Instant dueAt, long dueIn, String reason) implements Conclusion {
        static Waiting of(Step.Retry retry, Instant now) {
            long millis = retry.dueAt() == null
                    ? 0
                    : Math.max(0, Duration.between(now, retry.dueAt()).toMillis());
            return new Waiting(retry.eventId(), retry.tier(), retry.dueAt(), (millis + 999) / 1000, retry.reason());
        }

        @Override
        public String sentence() {
            return "waiting: retry " + retry + (dueIn > 0 ? " due in " + dueIn + " s" : " is due") + ", " + reason
                    + event(eventId);
        }
    }

    /**
     * The event is an unhandled dead letter.
     *
     * @param id {@code partition:offset}
     */
    record DeadLetter(String id, String reason, String eventId) implements Conclusion {
        @Override
        public String sentence() {
            return "dead letter " + id + ", " + reason + event(eventId);
        }
    }

    /** The event was dead-lettered, and the dead letter was discarded. */
    record Discarded(String id, String reason, Instant at, String eventId) implements Conclusion {
        @Override
        public String sentence() {
            return "dead letter " + id + ", " + reason + ", was discarded at " + seconds(at) + event(eventId);
        }
    }

    /** The stream-processor dropped the event as a duplicate. */
    record Duplicate(String ofEventId) implements Conclusion {
        @Override
        public String sentence() {
            return "duplicate of event " + ofEventId + ": it is not on the module topic, and an event with the same"
                    + " content came before";
        }
    }

    /** The stream-processor dropped the event; see {@link Step.Dropped}. */
    record Dropped(String eventId, Instant since) implements Conclusion {
        @Override
        public String sentence() {
            return "dropped by the stream-processor: older than the record's deletion or newest change, or a duplicate"
                    + " of an event from before " + seconds(since);
        }
    }

    /** The event was rejected. */
    record Rejected(String eventId, String by, String reason) implements Conclusion {
        @Override
        public String sentence() {
            return "rejected" + (by == null ? "" : " by the " + by) + ": " + reason + event(eventId);
        }
    }

    /**
     * The event is not processed yet.
     *
     * @param waitsFor the service that processes it next
     * @param behind offsets from that service's committed position to the event, an upper bound of the events before it
     */
    record OnItsWay(String eventId, String waitsFor, long behind) implements Conclusion {
        @Override
        public String sentence() {
            return "on its way: the " + waitsFor + " has not finished it, "
                    + (behind == 0 ? "no event is" : "at most " + behind + (behind == 1 ? " event is" : " events are"))
                    + " before it" + event(eventId);
        }
    }

    /**
     * The memory-sink finished the event, and memory does not show it: the record no longer existed in Zoho, say, or its
     * document was found missing.
     */
    record WithoutEffect(String eventId) implements Conclusion {
        @Override
        public String sentence() {
            return "finished by the memory-sink without a change of memory" + event(eventId);
        }
    }

    /** No topic has the record or the event. */
    record NotSeen(Instant since) implements Conclusion {
        @Override
        public String sentence() {
            return "not seen: no such id on any topic since " + seconds(since);
        }
    }

    private static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String event(String eventId) {
        return eventId == null ? "" : ", event " + eventId;
    }
}
