package io.webhookmemory.admin.trace;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** One step of a journey. Steps contain names of fields, and no values of records. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "step")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Step.Received.class, name = "received"),
    @JsonSubTypes.Type(value = Step.Duplicate.class, name = "duplicate"),
    @JsonSubTypes.Type(value = Step.Dropped.class, name = "dropped"),
    @JsonSubTypes.Type(value = Step.Rejected.class, name = "rejected"),
    @JsonSubTypes.Type(value = Step.Routed.class, name = "routed"),
    @JsonSubTypes.Type(value = Step.Retry.class, name = "retry"),
    @JsonSubTypes.Type(value = Step.DeadLettered.class, name = "dead_lettered"),
    @JsonSubTypes.Type(value = Step.Handled.class, name = "handled"),
    @JsonSubTypes.Type(value = Step.Changing.class, name = "changing"),
    @JsonSubTypes.Type(value = Step.InMemory.class, name = "in_memory"),
    @JsonSubTypes.Type(value = Step.NotInMemory.class, name = "not_in_memory")
})
public sealed interface Step {
    /** When the Kafka record was written; for a routed event, when the event that it came from was. */
    Instant at();

    /** The Kafka record that shows the step. */
    Place place();

    /** The event; null if it is unknown. */
    String eventId();

    /**
     * The event is on {@code zoho.webhooks}.
     *
     * @param eventType null, like the next four, if the value cannot be read
     * @param changedAt when the change happened
     * @param modifiedFields the fields that the sender names; empty if it names none
     * @param traceId of the {@code traceparent} header; nullable
     * @param replayId of a replay or redrive; nullable
     * @param redriveOf the dead letter that was redriven, {@code partition:offset}; nullable
     */
    record Received(
            Instant at,
            Place place,
            String eventId,
            EventType eventType,
            String module,
            EventSource source,
            Instant changedAt,
            List<String> modifiedFields,
            String traceId,
            String replayId,
            String redriveOf)
            implements Step {}

    /**
     * The stream-processor dropped the event. Nothing records this; it follows from the event's absence on the module
     * topic.
     *
     * @param place of the dropped event
     * @param ofEventId the earlier event with the same content; its id may be the same
     * @param of its position
     */
    record Duplicate(Instant at, Place place, String eventId, String ofEventId, Place of) implements Step {}

    /**
     * The stream-processor wrote nothing for the event, and no earlier event with the same content was read. The event
     * is from before the record's deletion, or it is a deletion from before the record's newest change, or it is a
     * duplicate of an event from before the time range.
     *
     * @param place of the dropped event
     */
    record Dropped(Instant at, Place place, String eventId) implements Step {}

    /**
     * The event, or the webhook that contained it, is on {@code zoho.webhooks.rejected}.
     *
     * @param by the service that rejected it; nullable
     * @param origin the position from which it was read, {@code topic-partition@offset}; null for a webhook
     */
    record Rejected(Instant at, Place place, String eventId, String reason, String by, String origin) implements Step {}

    /**
     * The event is on its module's topic. Events that the pipeline creates itself (refresh, verify, a changed link)
     * begin here.
     *
     * @param asOf time of the newest change in the record
     * @param accountId null if no account is known
     * @param accountFrom null without an account, and for an event that the memory-sink wrote
     * @param changedFields top-level fields that differ from the record's previous event in the time range; null for the
     *     first one and for an event without content
     * @param critical whether memory must show it at once
     */
    record Routed(
            Instant at,
            Place place,
            String eventId,
            EventType eventType,
            String module,
            Instant asOf,
            String accountId,
            AccountFrom accountFrom,
            List<String> changedFields,
            boolean critical)
            implements Step {}

    /**
     * An attempt failed, and the event is on a retry topic.
     *
     * @param tier number of the retry topic
     * @param attempts retries used so far; null if the header is missing
     * @param message of the failure; nullable
     * @param dueAt not retried before; null if the header is missing
     */
    record Retry(
            Instant at,
            Place place,
            String eventId,
            int tier,
            String attempts,
            String reason,
            String message,
            Instant dueAt)
            implements Step {}

    /**
     * The event is on the dead letter topic.
     *
     * @param id {@code partition:offset}
     * @param message of the failure; nullable
     * @param attempts null if the header is missing
     */
    record DeadLettered(
            Instant at, Place place, String eventId, String id, String reason, String message, String attempts)
            implements Step {}

    /**
     * A dead letter was redriven or discarded.
     *
     * @param deadLetter {@code partition:offset}
     * @param action {@code redriven} or {@code discarded}
     */
    record Handled(Instant at, Place place, String eventId, String deadLetter, String action) implements Step {}

    /**
     * The memory-sink announced a change of memory.
     *
     * @param datasets in which a document of the record may be until the change is finished
     * @param instance of the memory-sink
     */
    record Changing(Instant at, Place place, String eventId, List<String> datasets, String instance) implements Step {}

    /**
     * Memory holds the record's document.
     *
     * @param eventTime time of the state that it shows; nullable
     * @param dataId Cognee's id of the document
     * @param contentSha256 lower-case hex digest of the text; nullable
     */
    record InMemory(
            Instant at,
            Place place,
            String eventId,
            Instant eventTime,
            String dataset,
            String dataId,
            String contentSha256)
            implements Step {}

    /**
     * Memory holds no document of the record.
     *
     * @param deleted whether the record is deleted; otherwise its document was found missing
     * @param eventTime time of the deletion, or of the state that the missing document showed; nullable
     */
    record NotInMemory(Instant at, Place place, String eventId, boolean deleted, Instant eventTime) implements Step {}

    /** How the account of a routed event was found, derived from the event. */
    enum AccountFrom {
        /** The record names it, or is an account. */
        RECORD("named by the record"),
        /** It is the account of a record that this one is linked to. */
        LINKED_RECORD("of a linked record"),
        /** The directory has it from an earlier event. */
        DIRECTORY("from the directory");

        private final String words;

        AccountFrom(String words) {
            this.words = words;
        }

        /** For a person. */
        public String words() {
            return words;
        }

        @JsonValue
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
