package io.webhookmemory.admin.trace;

import io.webhookmemory.admin.deadletter.DeadLetterTopic;
import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.cognee.CogneeSettings;
import io.webhookmemory.service.catalogue.CatalogueConfiguration;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.Clients;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.kafka.OffsetRange;
import io.webhookmemory.service.kafka.OffsetRanges;
import io.webhookmemory.service.kafka.RangeReader;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.CrmId;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.InvalidEventException;
import io.webhookmemory.zoho.crm.AccountLinkSettings;
import io.webhookmemory.zoho.crm.AccountLinks;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Traces a record or an event through the topics. It reads one partition of each topic, that of the record's key, and
 * parses the records with this key only. To find the record of an event, it reads all partitions of {@code
 * zoho.webhooks} first, and compares a header. Writes nothing. Thread-safe: every run has clients of its own.
 */
public final class Trace {
    private final KafkaSettings kafka;
    private final Settings settings;
    private final Clock clock;

    /**
     * What must agree with the services.
     *
     * @param links how records name their account
     * @param duplicateWindow how long the stream-processor drops duplicates
     * @param cognee empty if Cognee is not to be asked
     */
    public record Settings(
            CatalogueSettings catalogue,
            AccountLinks links,
            Duration duplicateWindow,
            Optional<CogneeSettings> cognee) {
        /** Reads the services' settings; problems go to the reader. */
        public static Settings from(SettingsReader settings) {
            return new Settings(
                    CatalogueConfiguration.read(settings),
                    AccountLinkSettings.read(settings),
                    settings.seconds("WEBHOOK_EVENT_TTL", 3600, 1, 2_592_000),
                    settings.optional("COGNEE_URL").map(url -> CogneeSettings.from(settings)));
        }

        /** Whether Cognee is asked for the document. */
        public boolean asksCognee() {
            return cognee.isPresent();
        }
    }

    public Trace(KafkaSettings kafka, Settings settings, Clock clock) {
        this.kafka = kafka;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Traces; blocks.
     *
     * @param stop once requested, reading stops before the end; the journey then says that it is not complete
     * @throws KafkaProblem if Kafka cannot be used, or denies a right
     * @throws org.apache.kafka.common.KafkaException like {@link KafkaProblem}, from a client
     */
    public Journey run(TraceQuery query, StopSignal stop) {
        try (KafkaConsumer<byte[], byte[]> consumer = Clients.consumer(kafka)) {
            return new Run(query, stop, consumer).trace();
        }
    }

    /** One run. */
    private final class Run {
        private final TraceQuery query;
        private final StopSignal stop;
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final List<Journey.Range> read = new ArrayList<>();
        private long records;

        Run(TraceQuery query, StopSignal stop, KafkaConsumer<byte[], byte[]> consumer) {
            this.query = query;
            this.stop = stop;
            this.consumer = consumer;
        }

        Journey trace() {
            if (query.recordId().isPresent()) {
                return trace(query.recordId().get());
            }
            return recordOfEvent().map(this::trace).filter(Journey::isKnown).orElseGet(this::rejectedWebhook);
        }

        private Journey trace(String recordId) {
            Positions positions = Positions.read(kafka);
            Sightings seen = seen(recordId);
            Timeline timeline = Timeline.of(seen, handled(seen), positions, settings.duplicateWindow());
            Instant now = clock.instant();
            Verdict verdict = new Verdict(timeline, positions, query.since(), now);
            List<Step> steps = timeline.steps().stream()
                    .filter(step ->
                            query.eventId().isEmpty() || query.eventId().get().equals(step.eventId()))
                    .toList();
            Conclusion conclusion = query.eventId().map(verdict::ofEvent).orElseGet(verdict::ofRecord);
            Optional<InCognee> inCognee = inCognee(timeline.holding());
            return new Journey(
                    recordId,
                    query.eventId().orElse(null),
                    now,
                    steps,
                    timeline.holding(),
                    inCognee.orElse(null),
                    inCognee.map(found -> found.correct(conclusion, timeline.holding()))
                            .orElse(conclusion),
                    reading());
        }

        private Optional<InCognee> inCognee(Holding holding) {
            return settings.cognee()
                    .filter(cognee -> holding.state() == Holding.State.DOCUMENT)
                    .map(cognee -> new DocumentReader(cognee).read(holding, query.withText()));
        }

        /** Events that the pipeline creates itself begin on a module topic, and their ids end with the record's id. */
        private Optional<String> recordOfEvent() {
            String eventId = query.eventId().orElseThrow();
            String[] key = new String[1];
            read(topic(Topics.WEBHOOKS), () -> key[0] != null, record -> {
                if (key[0] == null && record.key() != null && isEvent(record, eventId)) {
                    key[0] = new String(record.key(), StandardCharsets.UTF_8);
                }
            });
            return Optional.ofNullable(key[0])
                    .or(() -> CrmId.of(eventId.substring(eventId.lastIndexOf(':') + 1))
                            .filter(id -> eventId.indexOf(':') >= 0));
        }

        /** A webhook that the ingress rejected has no record, but may have the sender's id. */
        private Journey rejectedWebhook() {
            String eventId = query.eventId().orElseThrow();
            List<Step.Rejected> rejections = new ArrayList<>();
            read(topic(Topics.REJECTED), () -> false, record -> {
                if (isEvent(record, eventId) || isHeader(record, Headers.REJECTED_EVENT_ID, eventId)) {
                    rejections.add(Sightings.rejected(record));
                }
            });
            Conclusion conclusion = rejections.stream()
                    .reduce((first, second) -> second)
                    .<Conclusion>map(last -> new Conclusion.Rejected(eventId, last.by(), last.reason()))
                    .orElseGet(() -> new Conclusion.NotSeen(query.since()));
            return new Journey(
                    null, eventId, clock.instant(), List.copyOf(rejections), null, null, conclusion, reading());
        }

        private Sightings seen(String recordId) {
            byte[] key = recordId.getBytes(StandardCharsets.UTF_8);
            List<String> topics = new ArrayList<>(List.of(Topics.WEBHOOKS, Topics.REJECTED));
            topics.addAll(Topics.ofModules(settings.catalogue().modules()));
            topics.addAll(Topics.retries(settings.catalogue().retryTiers()));
            topics.add(Topics.DLT);
            Map<TopicPartition, OffsetRange> ranges = new HashMap<>(OffsetRanges.since(
                    consumer,
                    topics.stream().map(topic -> partition(topic, key)).toList(),
                    Optional.of(query.since())));
            ranges.putAll(OffsetRanges.since(consumer, List.of(partition(Topics.DIRECTORY, key)), Optional.empty()));
            Sightings seen = new Sightings(settings.links());
            read(ranges, () -> false, record -> {
                if (Arrays.equals(key, record.key())) {
                    seen.add(record);
                }
            });
            return seen;
        }

        /** What was done with the record's dead letters. */
        private Map<String, Timeline.HandledRecord> handled(Sightings seen) {
            Set<String> ids = seen.later.stream()
                    .filter(sighting -> sighting.step() instanceof Step.DeadLettered)
                    .map(sighting -> ((Step.DeadLettered) sighting.step()).id())
                    .collect(Collectors.toSet());
            Map<String, Timeline.HandledRecord> handled = new HashMap<>();
            if (ids.isEmpty()) {
                return handled;
            }
            Set<TopicPartition> partitions = ids.stream()
                    .map(id -> partition(Topics.DLT_HANDLED, id.getBytes(StandardCharsets.UTF_8)))
                    .collect(Collectors.toSet());
            read(OffsetRanges.since(consumer, partitions, Optional.of(query.since())), () -> false, record -> {
                String id = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
                if (ids.contains(id) && record.value() != null) {
                    handled.put(
                            id,
                            new Timeline.HandledRecord(
                                    Instant.ofEpochMilli(record.timestamp()),
                                    Place.of(record),
                                    DeadLetterTopic.handled(record.value())));
                }
            });
            return handled;
        }

        private Map<TopicPartition, OffsetRange> topic(String name) {
            return OffsetRanges.since(consumer, name, Optional.of(query.since()));
        }

        private TopicPartition partition(String topic, byte[] key) {
            return Clients.partition(consumer, topic, key);
        }

        private void read(
                Map<TopicPartition, OffsetRange> ranges,
                BooleanSupplier found,
                Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
            ranges.entrySet().stream()
                    .map(range -> new Journey.Range(
                            range.getKey().topic(),
                            range.getKey().partition(),
                            range.getValue().from(),
                            range.getValue().to()))
                    .sorted(Comparator.comparing(Journey.Range::topic).thenComparing(Journey.Range::partition))
                    .forEach(read::add);
            new RangeReader(
                            consumer,
                            () -> stop.isAsked() || found.getAsBoolean(),
                            () -> KafkaProblem.requireReachable(kafka))
                    .read(ranges, record -> {
                        records++;
                        receiver.accept(record);
                    });
        }

        private Journey.Reading reading() {
            return new Journey.Reading(query.since(), read, records, !stop.isAsked());
        }
    }

    /** Only a record without the header is parsed: another application wrote it. */
    private static boolean isEvent(ConsumerRecord<byte[], byte[]> record, String eventId) {
        if (record.headers().lastHeader(Headers.CE_ID) != null) {
            return isHeader(record, Headers.CE_ID, eventId);
        }
        try {
            return EventCodec.fromBytes(record.value()).eventId().equals(eventId);
        } catch (InvalidEventException e) {
            return false;
        }
    }

    private static boolean isHeader(ConsumerRecord<?, ?> record, String name, String value) {
        return Headers.get(record.headers(), name).equals(Optional.of(value));
    }
}
