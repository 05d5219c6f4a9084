package io.webhookmemory.processor.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.zoho.crm.FieldValue;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What is known of a record from all its events so far, in whatever order they arrived: every field holds its newest
 * value. Immutable; its size is that of the record, however long its history.
 *
 * @param data the record as known
 * @param wholeAt when a create or restore last stated the whole record: a field it did not contain was empty then; the
 *     epoch if none has been seen
 * @param fieldTimes when each field was set or cleared by a partial update since
 * @param newest time of the newest change other than a deletion; the epoch if none has been seen
 * @param deletedAt null while the record lives
 * @param version the time under which the state is routed: that of its newest change, or a little later if a different
 *     state was already routed under that time. Zoho's times are whole seconds, and the sink must be able to tell which
 *     of two states is later
 * @param filing the account it belongs to; null until it has been determined
 * @param erased whether an operator erased the record: then the state has no content, no account and no links, and
 *     takes none until the record comes again
 */
public record RecordState(
        ObjectNode data,
        Instant wholeAt,
        Map<String, Instant> fieldTimes,
        Instant newest,
        Instant deletedAt,
        Instant version,
        Filing filing,
        boolean erased) {
    private static final Instant NEVER = Instant.EPOCH;
    private static final Duration STEP = Duration.of(1, ChronoUnit.MICROS);
    private static final RecordState NOTHING =
            new RecordState(Json.MAPPER.createObjectNode(), NEVER, Map.of(), NEVER, null, Instant.MIN, null, false);

    public RecordState {
        fieldTimes = Map.copyOf(fieldTimes);
    }

    /**
     * The effect of an event on a record.
     *
     * @param state the record after it
     * @param current false if the event is stale: a change from before the record's deletion, or a deletion from before
     *     its newest change
     */
    public record Change(RecordState state, boolean current) {}

    /** @param state null if nothing is known yet */
    public static Change apply(RecordState state, WebhookEvent event) {
        if (state != null && event.wasRouted() && !event.timestamp().isAfter(state.version())) {
            return state.again(event);
        }
        RecordState before = state == null ? NOTHING : state;
        Change change = before.erased && !before.comesAgain(event) ? before.staysErased(event) : before.changed(event);
        return new Change(change.state().after(before), change.current());
    }

    /**
     * What remains of a record that an operator erases, whatever the order of times: a sender's clock may be ahead.
     *
     * @param state null if nothing is known
     */
    public static RecordState erase(RecordState state, Instant at) {
        RecordState before = state == null ? NOTHING : state;
        Instant least = before.asOf();
        Instant end = at.isAfter(least) ? at : before.erased ? least : least.plus(STEP);
        return before.erasedAt(end).after(before);
    }

    private RecordState erasedAt(Instant end) {
        return new RecordState(Json.MAPPER.createObjectNode(), end, Map.of(), NEVER, end, version, null, true);
    }

    /**
     * Whether the event shows that an erased record exists again: it was created or restored after the erasure, or its
     * own time of change is later. The time of a notification is no proof, because it is the time of sending.
     */
    private boolean comesAgain(WebhookEvent event) {
        Instant at = ChangeTime.of(event);
        return switch (event.eventType()) {
            case CREATE, RESTORE -> !at.isBefore(deletedAt);
            case UPDATE -> ChangeTime.isOfRecord(event) && at.isAfter(deletedAt);
            case DELETE, REFRESH, VERIFY -> false;
        };
    }

    /** The sender's own deletion may follow the erasure; its content is dropped. */
    private Change staysErased(WebhookEvent event) {
        if (event.eventType() != EventType.DELETE) {
            return new Change(this, false);
        }
        Instant at = ChangeTime.of(event);
        return new Change(at.isAfter(deletedAt) ? erasedAt(at) : this, true);
    }

    private Change changed(WebhookEvent event) {
        ObjectNode fields = event.recordData();
        Instant at = ChangeTime.of(event);
        return switch (event.eventType()) {
            case CREATE -> living(replaced(fields, at), at, !at.isBefore(orEpoch()));
            case RESTORE -> living(restored(fields, at), at, !at.isBefore(orEpoch()));
            case UPDATE, REFRESH, VERIFY -> living(merged(fields, at), at, at.isAfter(orEpoch()));
            case DELETE -> deleted(fields, at);
        };
    }

    private RecordState after(RecordState before) {
        boolean saysTheSame = data.equals(before.data) && (deletedAt == null) == (before.deletedAt == null);
        Instant least = saysTheSame ? before.version : before.version.plus(STEP);
        Instant next = asOf().isAfter(least) ? asOf() : least;
        return new RecordState(data, wholeAt, fieldTimes, newest, deletedAt, next, filing, erased);
    }

    /**
     * A redriven event that was routed before holds a whole record as known then, from which this state has developed.
     * Merging it again would make its old fields look new.
     */
    private Change again(WebhookEvent event) {
        boolean deletion = event.eventType() == EventType.DELETE;
        return new Change(this, deletion == (deletedAt != null));
    }

    /** When the newest change was made, a deletion included. */
    public Instant asOf() {
        return asOf(newest, deletedAt);
    }

    static Instant asOf(Instant newest, Instant deletedAt) {
        return deletedAt != null && deletedAt.isAfter(newest) ? deletedAt : newest;
    }

    /** Whether the events say what the field holds, which may be nothing. A create or restore says it of every field. */
    boolean says(String field) {
        return wholeAt.isAfter(NEVER) || data.has(field) || fieldTimes.containsKey(field);
    }

    /**
     * This state with the account that was found for it. If the account differs from before, the state is routed with a
     * later version, even if the content is the same.
     *
     * @param before the state before the change; null if there was none
     */
    public RecordState filed(Filing found, RecordState before) {
        boolean moved =
                before != null && before.filing != null && !Objects.equals(before.filing.account(), found.account());
        Instant next = moved && !version.isAfter(before.version) ? before.version.plus(STEP) : version;
        return new RecordState(data, wholeAt, fieldTimes, newest, deletedAt, next, found, erased);
    }

    /** This state after a parent told its account. */
    public RecordState told(String parent, Told told) {
        Map<String, Told> parents = new HashMap<>(filing.parents());
        parents.put(parent, told);
        Filing next = new Filing(filing.module(), filing.account(), parents);
        return new RecordState(data, wholeAt, fieldTimes, newest, deletedAt, version, next, erased);
    }

    private Instant orEpoch() {
        return deletedAt == null ? NEVER : deletedAt;
    }

    /** @param alive whether the change is late enough to restore a deleted record */
    private Change living(RecordState changed, Instant at, boolean alive) {
        Instant latest = at.isAfter(newest) ? at : newest;
        boolean lives = deletedAt == null || alive;
        return new Change(
                new RecordState(
                        changed.data,
                        changed.wholeAt,
                        changed.fieldTimes,
                        latest,
                        lives ? null : deletedAt,
                        version,
                        filing,
                        erased && !lives),
                lives);
    }

    private Change deleted(ObjectNode fields, Instant at) {
        if (at.isBefore(newest)) {
            return new Change(this, false);
        }
        RecordState known = merged(fields, at);
        Instant end = at.isAfter(orEpoch()) ? at : deletedAt;
        return new Change(
                new RecordState(known.data, wholeAt, known.fieldTimes, newest, end, version, filing, erased), true);
    }

    // A restore may contain the id only: then the content known before the deletion is the record.
    private RecordState restored(ObjectNode fields, Instant at) {
        return fields.size() <= 1 ? merged(fields, at) : replaced(fields, at);
    }

    /** The whole record as of a time; later partial updates stay. */
    private RecordState replaced(ObjectNode record, Instant at) {
        if (at.isBefore(wholeAt)) {
            return this;
        }
        ObjectNode replaced = copy(record);
        replaced.properties()
                .removeIf(field -> FieldValue.isEmpty(field.getValue()) || FieldValue.isUnresolved(field.getValue()));
        Map<String, Instant> later = new HashMap<>();
        fieldTimes.forEach((field, time) -> {
            if (time.isAfter(at)) {
                later.put(field, time);
                set(replaced, field, data.get(field));
            }
        });
        return new RecordState(replaced, at, later, newest, deletedAt, version, filing, erased);
    }

    /**
     * Newer values replace older ones field by field. An empty value clears a field, and it stays cleared against older
     * values. A placeholder that the sender did not fill in changes nothing.
     */
    private RecordState merged(ObjectNode fields, Instant at) {
        ObjectNode merged = copy(data);
        Map<String, Instant> times = new HashMap<>(fieldTimes);
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            Instant lastSet = times.getOrDefault(field.getKey(), wholeAt);
            if (!at.isBefore(lastSet) && !FieldValue.isUnresolved(field.getValue())) {
                times.put(field.getKey(), at);
                set(merged, field.getKey(), field.getValue());
            }
        }
        return new RecordState(merged, wholeAt, times, newest, deletedAt, version, filing, erased);
    }

    /** A copy of the record that shares the values of its fields, which nothing changes. */
    private static ObjectNode copy(ObjectNode record) {
        return Json.MAPPER.createObjectNode().setAll(record);
    }

    private static void set(ObjectNode record, String field, JsonNode value) {
        if (FieldValue.isEmpty(value)) {
            record.remove(field);
        } else {
            record.set(field, value);
        }
    }
}
