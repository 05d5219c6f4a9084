package io.webhookmemory.admin.erase;

import io.webhookmemory.admin.deadletter.DeadLetterFilter;
import io.webhookmemory.admin.deadletter.DeadLetterRun;
import io.webhookmemory.admin.deadletter.Handled;
import io.webhookmemory.admin.erase.ErasureReport.State;
import io.webhookmemory.admin.transfer.Pace;
import io.webhookmemory.admin.transfer.Progress;
import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.admin.transfer.TransactionalWriter;
import io.webhookmemory.admin.transfer.Transfer;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Erases one record through the pipeline. One delete event with the header {@code erase} goes to the first topic. The
 * stream-processor replaces what it knows of the record by a marker, and the memory-sink deletes the document and the
 * directory entry. Then the record's dead letters are discarded.
 *
 * <p>A run that is interrupted at any point can be started again: it publishes another event unless nothing is left. The
 * event of the interrupted run is applied all the same. Thread-safe: every run has clients of its own.
 */
public final class Erasure {
    private static final String TRANSACTIONAL_ID = "admin-erase";
    private static final Duration POLL = Duration.ofMillis(250);

    private final KafkaSettings kafka;
    private final CatalogueSettings catalogue;
    private final Clock clock;

    /**
     * What to erase.
     *
     * @param module one of the catalogue's
     * @param limit how long to wait for the erasure; zero not to wait
     */
    public record Order(String recordId, String module, boolean dryRun, Duration limit) {}

    public Erasure(KafkaSettings kafka, CatalogueSettings catalogue, Clock clock) {
        this.kafka = kafka;
        this.catalogue = catalogue;
        this.clock = clock;
    }

    /**
     * Erases; blocks.
     *
     * @param stop once requested, waiting ends; an event that is published is applied all the same
     * @throws ErasureRefused if the record belongs to another module
     * @throws KafkaProblem if Kafka cannot be used, or denies a right
     * @throws org.apache.kafka.common.KafkaException like {@link KafkaProblem}, from a client
     */
    public ErasureReport run(Order order, StopSignal stop) {
        try (EvidenceReader reader = new EvidenceReader(kafka, catalogue, order.recordId(), stop)) {
            return new Run(order, stop, reader).erase();
        }
    }

    /** One run. */
    private final class Run {
        private final Order order;
        private final StopSignal stop;
        private final EvidenceReader reader;
        private Evidence evidence;
        private ErasureReport.Found before;
        private String eventId;
        private Instant erasedAt;

        Run(Order order, StopSignal stop, EvidenceReader reader) {
            this.order = order;
            this.stop = stop;
            this.reader = reader;
        }

        ErasureReport erase() {
            evidence = reader.read();
            before = evidence.found();
            requireModule();
            long deadLetters = discard(true);
            if (stop.isAsked()) {
                return report(State.STOPPED, 0);
            }
            if (!evidence.isKnown() && deadLetters == 0) {
                return report(State.NOT_SEEN, 0);
            }
            if (!evidence.isUnerased() && deadLetters == 0) {
                return report(State.NOTHING_LEFT, 0);
            }
            if (order.dryRun()) {
                return report(State.DRY_RUN, deadLetters);
            }
            if (evidence.isUnerased()) {
                publish();
            }
            State state = eventId == null ? State.NOTHING_LEFT : awaitErasure();
            long discarded = state == State.FAILED ? 0 : discard(false);
            return report(state == State.NOTHING_LEFT ? State.ERASED : state, discarded);
        }

        /** On another module's topic, the order of the record's events would be lost. */
        private void requireModule() {
            Set<String> modules = evidence.modules();
            if (!modules.isEmpty() && !modules.contains(order.module())) {
                throw new ErasureRefused("record " + order.recordId() + " is of module " + String.join(", ", modules)
                        + ", not " + order.module());
            }
        }

        private void publish() {
            Instant now = clock.instant();
            // Zoho's clock may be ahead of this one; the memory-sink compares times.
            Instant at = evidence.shown()
                    .map(shown -> shown.plus(1, ChronoUnit.MICROS))
                    .filter(now::isBefore)
                    .orElse(now);
            WebhookEvent event = WebhookEvent.received(
                    "erase:" + UUID.randomUUID() + ":" + order.recordId(),
                    EventType.DELETE,
                    order.module(),
                    order.recordId(),
                    Json.MAPPER.createObjectNode(),
                    List.of(),
                    at,
                    null,
                    now,
                    // A source of its own would be rejected by a stream-processor of an earlier version.
                    EventSource.SIGNED);
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    Topics.WEBHOOKS, order.recordId().getBytes(StandardCharsets.UTF_8), EventCodec.toBytes(event));
            Headers.putCloudEvent(record.headers(), event);
            Headers.put(record.headers(), Headers.ERASE, "true");
            try (TransactionalWriter writer = new TransactionalWriter(kafka, TRANSACTIONAL_ID)) {
                writer.send(record);
                writer.commit();
            }
            eventId = event.eventId();
            erasedAt = at;
        }

        private State awaitErasure() {
            if (order.limit().isZero()) {
                return State.PUBLISHED;
            }
            Instant limit = clock.instant().plus(order.limit());
            while (clock.instant().isBefore(limit) && !stop.isAsked()) {
                evidence = reader.read();
                if (evidence.isErasedAsOf(erasedAt)) {
                    return State.ERASED;
                }
                if (evidence.cameAgain(erasedAt)) {
                    return State.CAME_AGAIN;
                }
                if (evidence.failed(eventId).isPresent()) {
                    return State.FAILED;
                }
                stop.pause(POLL);
            }
            return State.NOT_CONFIRMED;
        }

        /** @return how many dead letters of the record were waiting */
        private long discard(boolean dryRun) {
            DeadLetterFilter filter = new DeadLetterFilter(
                    Set.of(),
                    Set.of(),
                    Set.of(),
                    Set.of(),
                    Set.of(order.recordId()),
                    Optional.empty(),
                    Optional.empty());
            Transfer.Options options = new Transfer.Options(
                    Long.MAX_VALUE,
                    new Pace(0, System::nanoTime),
                    stop,
                    Progress.SILENT,
                    () -> KafkaProblem.requireReachable(kafka));
            return DeadLetterRun.run(
                            kafka, new DeadLetterRun.Order(Handled.DISCARDED, filter, -1, dryRun), options, clock)
                    .handled();
        }

        private ErasureReport report(State state, long discarded) {
            return new ErasureReport(
                    order.recordId(),
                    order.module(),
                    state,
                    eventId,
                    state == State.ERASED ? clock.instant() : null,
                    before,
                    evidence.found(),
                    discarded,
                    eventId == null ? null : evidence.failed(eventId).orElse(null),
                    Retention.of(
                            kafka, evidence.content(), evidence.stateErasedAt().orElseGet(clock::instant)));
        }
    }
}
