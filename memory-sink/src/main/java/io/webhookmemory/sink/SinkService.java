package io.webhookmemory.sink;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.webhookmemory.service.ServiceRuntime;
import io.webhookmemory.service.access.AccessCheck;
import io.webhookmemory.service.access.AccessList;
import io.webhookmemory.service.catalogue.CatalogueCheck;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.lifecycle.LifecycleState;
import io.webhookmemory.service.lifecycle.PipelineService;
import io.webhookmemory.service.management.ComponentHealth;
import io.webhookmemory.service.position.PositionWatch;
import io.webhookmemory.sink.cognee.CogneeClient;
import io.webhookmemory.sink.cognee.GuardedMemory;
import io.webhookmemory.sink.cognify.CognifyScheduler;
import io.webhookmemory.sink.consume.InFlightRecord;
import io.webhookmemory.sink.consume.KeyedExecutor;
import io.webhookmemory.sink.consume.RecordPoller;
import io.webhookmemory.sink.deadletter.DeadLetterWatch;
import io.webhookmemory.sink.failure.Backlog;
import io.webhookmemory.sink.kafka.FencedWriter;
import io.webhookmemory.sink.memory.DirectoryReader;
import io.webhookmemory.sink.memory.HeldPartitions;
import io.webhookmemory.sink.memory.RecordDirectory;
import io.webhookmemory.sink.memory.RecordSync;
import io.webhookmemory.sink.pipeline.EventPipeline;
import io.webhookmemory.sink.pipeline.SinkMetrics;
import io.webhookmemory.sink.source.GuardedSource;
import io.webhookmemory.sink.source.RecordSource;
import io.webhookmemory.sink.source.ZohoSource;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.zoho.api.ZohoClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the memory-sink: one consumer group writes events to memory, another builds graphs. */
public final class SinkService implements PipelineService {
    private static final Logger LOG = LoggerFactory.getLogger(SinkService.class);
    /** One dataset may use this fraction of the events in flight: a half. */
    private static final int LARGEST_SHARE = 2;
    /** Groups in progress per worker: while one is with a worker, others read and write to Kafka. */
    private static final int GROUPS_PER_WORKER = 4;
    /** Size limit of the documents of one call. */
    private static final long MAX_ADD_BYTES = 8L * 1024 * 1024;
    /** The longest delay that a target may ask for, plus a margin for clocks that differ. */
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(70);

    private final SinkSettings settings;
    private final ServiceRuntime runtime;
    private final Clock clock;
    private final SinkMetrics metrics;
    private final FencedWriter writer;
    private final SinkGates gates;
    private final HeldPartitions partitions;
    private final EventPipeline pipeline;
    private final CognifyScheduler cognify;
    private final DeadLetterWatch deadLetters;
    private final PositionWatch positions;
    private final List<RecordPoller> pollers = new ArrayList<>();
    private final List<KafkaClientMetrics> clientMetrics = new ArrayList<>();

    private SinkService(SinkSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        runtime = new ServiceRuntime(settings.service());
        metrics = new SinkMetrics(runtime.metrics(), clock, settings.catalogue());
        Consumer<Throwable> onFatal = runtime.lifecycle()::fail;
        CogneeClient cognee = CogneeClient.create(settings.cognee(), runtime.metrics());
        Optional<ZohoClient> zoho = settings.zoho().map(access -> ZohoClient.create(access, runtime.metrics()));
        gates = new SinkGates(settings, cognee, zoho, clock);
        writer = new FencedWriter(
                settings.service().kafka(),
                FencedWriter.transactionalId(
                        Topics.SINK_GROUP, settings.service().instance()),
                runtime.metrics(),
                onFatal);
        deadLetters = new DeadLetterWatch(settings.service().kafka(), runtime.metrics(), clock);
        positions = new PositionWatch(
                settings.service().kafka(),
                topicsByGroup(),
                runtime.metrics(),
                reason -> onFatal.accept(new IllegalStateException(reason)));
        RecordSource source = new GuardedSource(
                zoho.<RecordSource>map(client -> new ZohoSource(client, settings.accountLinks(), modules()))
                        .orElse(RecordSource.EVENTS),
                gates.zoho());
        RecordDirectory directory = new RecordDirectory();
        Gauge.builder("sink.directory.records", directory, RecordDirectory::size)
                .description("Records in the directory of this instance's partitions")
                .register(runtime.metrics());
        RecordSync sync =
                new RecordSync(new GuardedMemory(cognee, gates.documents()), directory, syncSettings(source), clock);
        partitions =
                new HeldPartitions(sync, new DirectoryReader(settings.service().kafka(), directory));
        pipeline = new EventPipeline(
                new EventPipeline.Parts(
                        source,
                        gates.zoho(),
                        sync,
                        gates.documents(),
                        writer::writeUnfenced,
                        metrics,
                        new Backlog(share(), settings.failures(), clock),
                        onFatal,
                        clock),
                new KeyedExecutor.Options(
                        "sync",
                        settings.workers(),
                        settings.workers() * GROUPS_PER_WORKER,
                        settings.addBatch(),
                        MAX_ADD_BYTES));
        cognify = new CognifyScheduler(
                cognee,
                pipeline.executor(),
                gates.graphs(),
                settings.cognify(),
                new CognifyScheduler.Listener(metrics::cognified, metrics::deadLettered, onFatal),
                clock);
        pollEvents();
        poll(Topics.COGNIFY_GROUP, List.of(Topics.COGNIFY), gates.graphs()::isOpen, numbers -> {}, cognify::accept);
    }

    private RecordSync.Settings syncSettings(RecordSource source) {
        return new RecordSync.Settings(
                settings.datasets(),
                settings.service().instance(),
                source.isRefreshing() ? modules() : Set.of(),
                settings.cognee().timeout());
    }

    private Set<String> modules() {
        return Set.copyOf(settings.catalogue().modules());
    }

    private Backlog.Limits share() {
        return new Backlog.Limits(
                Math.max(1, settings.maxInFlight() / LARGEST_SHARE), settings.maxInFlightBytes() / LARGEST_SHARE);
    }

    private void pollEvents() {
        poll(
                Topics.SINK_GROUP,
                topicsByGroup().get(Topics.SINK_GROUP),
                gates::holdEvents,
                partitions::changed,
                record -> {
                    due(record.message()).ifPresent(metrics::retryTakenUp);
                    pipeline.accept(record);
                });
    }

    private Map<String, List<String>> topicsByGroup() {
        List<String> topics =
                new ArrayList<>(Topics.ofModules(settings.catalogue().modules()));
        topics.addAll(Topics.retries(settings.catalogue().retryTiers()));
        return Map.of(Topics.SINK_GROUP, topics, Topics.COGNIFY_GROUP, List.of(Topics.COGNIFY));
    }

    /** @throws io.webhookmemory.service.config.InvalidSettingsException naming every bad setting */
    public static SinkService create(Environment environment) {
        return create(environment, Clock.systemUTC());
    }

    /** @param clock decides what is due; tests let hours pass in seconds */
    static SinkService create(Environment environment, Clock clock) {
        SettingsReader reader = new SettingsReader(environment);
        SinkSettings settings = SinkSettings.from(reader);
        reader.finish();
        return new SinkService(settings, clock);
    }

    private void poll(
            String group,
            List<String> topics,
            BooleanSupplier halted,
            Consumer<Collection<Integer>> onAssignment,
            Consumer<InFlightRecord> handler) {
        RecordPoller.Options options = new RecordPoller.Options(
                group,
                settings.service().instance(),
                topics,
                settings.maxInFlight(),
                settings.maxInFlightBytes(),
                settings.cognee().timeout(),
                message -> due(message).map(this::notTooFarOff).orElse(Instant.MIN),
                SinkService::firstTime,
                halted,
                onAssignment);
        RecordPoller poller = new RecordPoller(
                settings.service().kafka(), options, writer, handler, runtime.lifecycle()::fail, clock);
        pollers.add(poller);
        clientMetrics.add(new KafkaClientMetrics(poller.client()));
        unfinished(group, poller);
    }

    // By group: building a graph takes minutes and may wait for hours, while documents are written.
    private void unfinished(String group, RecordPoller poller) {
        List<Tag> tags = List.of(Tag.of("group", group));
        runtime.metrics().gauge("sink.in.flight", tags, poller, RecordPoller::inFlight);
        Gauge.builder("sink.in.flight.bytes", poller, RecordPoller::inFlightBytes)
                .tags(tags)
                .baseUnit("bytes")
                .description("Keys and values of records that were read and are not finished")
                .register(runtime.metrics());
        Gauge.builder("sink.oldest.unsynced.age", poller, this::oldestAgeSeconds)
                .tags(tags)
                .baseUnit("seconds")
                .description("Age of the oldest record that was read and is not finished; 0 if there is none")
                .register(runtime.metrics());
    }

    // An unparseable header is due now.
    private static Optional<Instant> due(ConsumerRecord<String, byte[]> message) {
        return Headers.getInstant(message.headers(), Headers.RETRY_NOT_BEFORE);
    }

    // No target may ask for a longer delay. A later time comes from a wrong clock; records with it would fill the
    // waiting list of their partition forever.
    private Instant notTooFarOff(Instant due) {
        Instant latest = clock.instant().plus(LONGEST_DELAY);
        return due.isAfter(latest) ? latest : due;
    }

    /** When a record was written to its first topic: a retry does not reset its age. */
    private static long firstTime(ConsumerRecord<String, byte[]> message) {
        return Headers.get(message.headers(), Headers.DLT_ORIGINAL_TIMESTAMP)
                .filter(time -> time.matches("\\d{1,18}"))
                .map(Long::parseLong)
                .orElse(message.timestamp());
    }

    private double oldestAgeSeconds(RecordPoller poller) {
        OptionalLong oldest = poller.oldest();
        return oldest.isPresent() ? Math.max(0, clock.millis() - oldest.getAsLong()) / 1e3 : 0;
    }

    @Override
    public void start() {
        runtime.start();
        TopicCatalogue catalogue = TopicCatalogue.of(settings.catalogue());
        AccessCheck.require(settings.service().kafka(), AccessList.of(catalogue, AccessList.MEMORY_SINK));
        CatalogueCheck.require(settings.service().kafka(), catalogue);
        positions.requireWithinLogs();
        gates.register(runtime);
        runtime.health().register("kafka", this::kafkaHealth);
        clientMetrics.forEach(client -> client.bindTo(runtime.metrics()));
        writer.start();
        gates.start();
        cognify.start();
        pollers.forEach(RecordPoller::start);
        deadLetters.start();
        positions.start();
        runtime.lifecycle().transitionTo(LifecycleState.RUNNING);
        LOG.info("ready");
    }

    private ComponentHealth kafkaHealth() {
        if (writer.isWaiting()) {
            return ComponentHealth.degraded("Kafka accepts no writes");
        }
        return pollers.stream().allMatch(RecordPoller::isJoined)
                ? ComponentHealth.UP
                : ComponentHealth.degraded("not all groups have been joined");
    }

    @Override
    public CompletableFuture<Void> terminated() {
        return runtime.lifecycle().terminated();
    }

    public int managementPort() {
        return runtime.managementPort();
    }

    @Override
    public void close() {
        if (!runtime.lifecycle().transitionTo(LifecycleState.STOPPING)) {
            return;
        }
        Duration limit = settings.service().shutdownTimeout();
        gates.close();
        cognify.close();
        pollers.forEach(poller -> poller.close(limit));
        pipeline.close(Duration.ofSeconds(1));
        deadLetters.close();
        positions.rewind();
        positions.close();
        clientMetrics.forEach(KafkaClientMetrics::close);
        writer.close();
        runtime.close();
    }
}
