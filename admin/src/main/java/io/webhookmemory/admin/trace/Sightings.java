package io.webhookmemory.admin.trace;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.DeadLetterId;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.InvalidEventException;
import io.webhookmemory.topics.wire.JsonSerde;
import io.webhookmemory.zoho.crm.AccountLinks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * What the topics have of one record. Takes the Kafka records in the order of each partition, and keeps no content of
 * them but the last, so that its size does not depend on the size of the events. Not thread-safe.
 */
final class Sightings {
    private static final JsonSerde<DirectoryEntry> ENTRIES = JsonSerde.directoryEntry();
    private static final Pattern RETRY_TOPIC =
            Pattern.compile(Pattern.quote(Topics.retry(0).replace("0", "")) + "(\\d)");
    /** The position at the end of {@link Headers#REDRIVE_OF}. */
    private static final Pattern POSITION = Pattern.compile("-(\\d+)@(\\d+)$");

    private final AccountLinks links;
    final List<Arrival> arrivals = new ArrayList<>();
    final List<Sighting> later = new ArrayList<>();
    final List<Step.Rejected> rejections = new ArrayList<>();
    final List<Entry> directory = new ArrayList<>();
    private ObjectNode previous;

    Sightings(AccountLinks links) {
        this.links = links;
    }

    /**
     * An event on {@code zoho.webhooks}.
     *
     * @param identity what the stream-processor deduplicates by; null if the value cannot be read
     */
    record Arrival(Step.Received step, Identity identity) {}

    /**
     * An event behind the stream-processor: on a module topic, a retry topic or the dead letter topic.
     *
     * @param asOf time of the state that it shows; null, like the next two, if the value cannot be read
     */
    record Sighting(Step step, Instant asOf, EventType type, Identity identity) {}

    /** A routed event keeps all of it, so that it tells which of several equal arrivals it comes from. */
    record Identity(String key, String replayId, Instant receivedAt) {
        /** Whether the stream-processor takes one of the two events for a duplicate of the other. */
        boolean isSameContent(Identity other) {
            return key.equals(other.key) && String.valueOf(replayId).equals(String.valueOf(other.replayId));
        }
    }

    /** A record of the directory: an entry, or null for a deletion. */
    record Entry(Instant at, Place place, DirectoryEntry entry, Instant deletedAt) {}

    void add(ConsumerRecord<byte[], byte[]> record) {
        switch (record.topic()) {
            case Topics.WEBHOOKS -> arrived(record);
            case Topics.REJECTED -> rejections.add(rejected(record));
            case Topics.DIRECTORY -> entry(record);
            default -> later.add(sighting(record));
        }
    }

    private void arrived(ConsumerRecord<byte[], byte[]> record) {
        Optional<WebhookEvent> event = event(record);
        Step.Received step = new Step.Received(
                at(record),
                Place.of(record),
                eventId(record, event),
                event.map(WebhookEvent::eventType).orElse(null),
                event.map(WebhookEvent::module).orElse(null),
                event.map(WebhookEvent::source).orElse(null),
                event.map(WebhookEvent::timestamp).orElse(null),
                event.map(WebhookEvent::modifiedFields).orElse(List.of()),
                header(record, Headers.TRACEPARENT).map(Sightings::traceId).orElse(null),
                header(record, Headers.REPLAY_ID).orElse(null),
                header(record, Headers.REDRIVE_OF).flatMap(Sightings::position).orElse(null));
        arrivals.add(new Arrival(step, identity(record, event)));
    }

    /** A rejected record of the topic; the key may be missing. */
    static Step.Rejected rejected(ConsumerRecord<byte[], byte[]> record) {
        return new Step.Rejected(
                at(record),
                Place.of(record),
                header(record, Headers.CE_ID)
                        .or(() -> header(record, Headers.REJECTED_EVENT_ID))
                        .orElse(null),
                header(record, Headers.REJECTED_REASON).orElse("unknown reason"),
                header(record, Headers.REJECTED_BY).orElse(null),
                header(record, Headers.REJECTED_ORIGIN).orElse(null));
    }

    private void entry(ConsumerRecord<byte[], byte[]> record) {
        try {
            DirectoryEntry entry = ENTRIES.fromBytes(record.value());
            Instant deletedAt =
                    Headers.getInstant(record.headers(), Headers.CE_TIME).orElse(null);
            directory.add(new Entry(at(record), Place.of(record), entry, entry == null ? deletedAt : null));
        } catch (SerializationException e) {
            // The memory-sink ignores such a record too: the entry counts as unknown.
            directory.clear();
        }
    }

    private Sighting sighting(ConsumerRecord<byte[], byte[]> record) {
        Optional<WebhookEvent> event = event(record);
        Step step;
        Matcher retry = RETRY_TOPIC.matcher(record.topic());
        if (retry.matches()) {
            step = retry(record, event, Integer.parseInt(retry.group(1)));
        } else if (record.topic().equals(Topics.DLT)) {
            step = deadLettered(record, event);
        } else {
            step = routed(record, event);
        }
        return new Sighting(
                step,
                event.map(WebhookEvent::timestamp).orElse(null),
                event.map(WebhookEvent::eventType).orElse(null),
                identity(record, event));
    }

    private static Step retry(ConsumerRecord<byte[], byte[]> record, Optional<WebhookEvent> event, int tier) {
        return new Step.Retry(
                at(record),
                Place.of(record),
                eventId(record, event),
                tier,
                header(record, Headers.RETRY_ATTEMPTS).orElse(null),
                header(record, Headers.DLT_REASON).orElse("unknown"),
                header(record, Headers.DLT_EXCEPTION_MESSAGE).orElse(null),
                Headers.getInstant(record.headers(), Headers.RETRY_NOT_BEFORE).orElse(null));
    }

    private static Step deadLettered(ConsumerRecord<byte[], byte[]> record, Optional<WebhookEvent> event) {
        return new Step.DeadLettered(
                at(record),
                Place.of(record),
                eventId(record, event),
                new DeadLetterId(record.partition(), record.offset()).toString(),
                header(record, Headers.DLT_REASON).orElse("unknown"),
                header(record, Headers.DLT_EXCEPTION_MESSAGE).orElse(null),
                header(record, Headers.DLT_ATTEMPTS).orElse(null));
    }

    private Step routed(ConsumerRecord<byte[], byte[]> record, Optional<WebhookEvent> event) {
        boolean hasContent =
                event.filter(routed -> !routed.recordData().isEmpty()).isPresent();
        List<String> changed = null;
        if (hasContent) {
            ObjectNode now = event.orElseThrow().recordData();
            changed = previous == null ? null : changedFields(previous, now);
            previous = now;
        }
        return new Step.Routed(
                at(record),
                Place.of(record),
                eventId(record, event),
                event.map(WebhookEvent::eventType).orElse(null),
                event.map(WebhookEvent::module).orElse(null),
                event.map(WebhookEvent::timestamp).orElse(null),
                event.map(WebhookEvent::accountId).orElse(null),
                hasContent ? accountFrom(event.orElseThrow()) : null,
                changed,
                event.map(WebhookEvent::urgent).orElse(false));
    }

    private static List<String> changedFields(ObjectNode before, ObjectNode now) {
        TreeSet<String> names = new TreeSet<>();
        before.fieldNames().forEachRemaining(names::add);
        now.fieldNames().forEachRemaining(names::add);
        return names.stream()
                .filter(name -> !before.path(name).equals(now.path(name)))
                .toList();
    }

    /** In the order in which the stream-processor looks for it. */
    private Step.AccountFrom accountFrom(WebhookEvent event) {
        if (event.accountId() == null) {
            return null;
        }
        if (links.named(event.module(), event.recordId(), event.recordData()).isPresent()) {
            return Step.AccountFrom.RECORD;
        }
        return links.relatives(event.recordData()).isEmpty()
                ? Step.AccountFrom.DIRECTORY
                : Step.AccountFrom.LINKED_RECORD;
    }

    /** Events of earlier versions have no identity and are deduplicated by their id. */
    private static Identity identity(ConsumerRecord<byte[], byte[]> record, Optional<WebhookEvent> event) {
        return event.map(read -> new Identity(
                        read.identity() == null ? read.eventId() : read.identity(),
                        header(record, Headers.REPLAY_ID).orElse(null),
                        read.receivedAt()))
                .orElse(null);
    }

    private static String eventId(ConsumerRecord<byte[], byte[]> record, Optional<WebhookEvent> event) {
        return event.map(WebhookEvent::eventId)
                .or(() -> header(record, Headers.CE_ID))
                .orElse(null);
    }

    private static Optional<WebhookEvent> event(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.of(EventCodec.fromBytes(record.value()));
        } catch (InvalidEventException e) {
            return Optional.empty();
        }
    }

    private static Instant at(ConsumerRecord<?, ?> record) {
        return Instant.ofEpochMilli(record.timestamp());
    }

    private static Optional<String> header(ConsumerRecord<?, ?> record, String name) {
        return Headers.get(record.headers(), name);
    }

    /** The second field of a W3C traceparent. */
    private static String traceId(String traceparent) {
        String[] parts = traceparent.split("-", -1);
        return parts.length >= 4 ? parts[1] : traceparent;
    }

    private static Optional<String> position(String origin) {
        Matcher position = POSITION.matcher(origin);
        return position.find() ? Optional.of(position.group(1) + ":" + position.group(2)) : Optional.empty();
    }
}
