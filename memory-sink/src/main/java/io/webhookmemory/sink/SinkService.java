package io.webhookmemory.sink;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.webhookmemory.service.ServiceRuntime;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.lifecycle.LifecycleState;
import io.webhookmemory.service.lifecycle.PipelineService;
import io.webhookmemory.service.management.ComponentHealth;
import io.webhookmemory.sink.cognee.CogneeClient;
import io.webhookmemory.sink.cognee.CountingMemory;
import io.webhookmemory.sink.cognify.CognifyStage;
import io.webhookmemory.sink.consume.Delivery;
import io.webhookmemory.sink.consume.Lanes;
import io.webhookmemory.sink.consume.PartitionedConsumer;
import io.webhookmemory.sink.retry.FailedEvents;
import io.webhookmemory.sink.retry.Replays;
import io.webhookmemory.sink.source.RecordSource;
import io.webhookmemory.sink.source.ZohoSource;
import io.webhookmemory.sink.sync.RecordLedger;
import io.webhookmemory.sink.sync.RecordSync;
import io.webhookmemory.topics.access.AccessCheck;
import io.webhookmemory.topics.access.AccessList;
import io.webhookmemory.topics.catalogue.CatalogueAdmin;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.position.PositionWatch;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.zoho.ZohoClient;
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

/** Wires the memory-sink: one group that feeds the lanes, and one that has graphs built. */
public final class SinkService implements PipelineService {
    private static final Logger LOG = LoggerFactory.getLogger(SinkService.class);
    private static final int MAX_COGNIFY_REQUESTS_IN_FLIGHT = 10_000;
    /** One dataset's events may take half of what is in flight. */
    private static final int LARGEST_SHARE = 2;
    /** As long as the other side may ask for, and some more for clocks that differ. */
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(70);

    private final SinkSettings settings;
    private final ServiceRuntime runtime;
    private final Clock clock;
    private final KafkaWriter writer;
    private final OutageGate documentsGate;
    private final OutageGate zohoGate;
    private final OutageGate graphsGate;
    private final Lanes lanes;
    private final CognifyStage cognify;
    private final SinkMetrics metrics;
    private final DeadLetterWatch deadLetters;
    private final PositionWatch positions;
    private final List<PartitionedConsumer> consumers = new ArrayList<>();
    private final List<KafkaClientMetrics> clientMetrics = new ArrayList<>();

    private SinkService(SinkSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        runtime = new ServiceRuntime(settings.service());
        metrics = new SinkMetrics(runtime.metrics(), clock, settings.catalogue());
        Consumer<Throwable> onFatal = runtime.lifecycle()::fail;
        CountingMemory memory = new CountingMemory(CogneeClient.create(settings.cognee(), runtime.metrics()));
        writer = new KafkaWriter(settings.service().kafka());
        clientMetrics.add(new KafkaClientMetrics(writer.client()));
        deadLetters = new DeadLetterWatch(settings.service().kafka(), runtime.metrics(), clock);
        positions = new PositionWatch(
                settings.service().kafka(),
                topicsByGroup(),
                runtime.metrics(),
                reason -> onFatal.accept(new IllegalStateException(reason)));
        lanes = new Lanes(settings.workers(), "sync");
        FailedEvents failedEvents = new FailedEvents(writer, settings.retry(), metrics, clock);
        Optional<ZohoClient> zoho = settings.zoho().map(access -> ZohoClient.create(access, runtime.metrics()));
        RecordSource source = zoho.<RecordSource>map(ZohoSource::new).orElse(RecordSource.EVENTS);
        documentsGate = new OutageGate("memory", clock, memory::isAvailable);
        graphsGate = new OutageGate("graphs", clock, memory::canBuildGraphs);
        zohoGate = new OutageGate(
                "zoho", clock, () -> zoho.map(ZohoClient::isAvailable).orElse(true));
        RecordLedger ledger = new RecordLedger();
        DirectoryReader directory = new DirectoryReader(settings.service().kafka(), ledger);
        Refreshes refreshes = new Refreshes(
                writer, source.isRefreshing() ? Set.copyOf(settings.catalogue().modules()) : Set.of());
        RecordSync sync = new RecordSync(
                memory, new KafkaJournal(writer, refreshes), settings.datasets(), ledger, source.isRefreshing(), clock);
        EventWorker worker = new EventWorker(
                lanes,
                Math.max(1, settings.maxInFlight() / LARGEST_SHARE),
                new EventApplier(
                        source,
                        zohoGate,
                        sync,
                        memory::answers,
                        documentsGate,
                        failedEvents,
                        new Replays(clock),
                        new SlowDatasets(settings.workers(), clock)),
                failedEvents,
                metrics,
                onFatal);
        cognify = new CognifyStage(
                memory, lanes, graphsGate, failedEvents, settings.retry(), settings.cognify(), metrics, onFatal, clock);

        consume(
                Topics.SINK_GROUP,
                topicsByGroup().get(Topics.SINK_GROUP),
                settings.maxInFlight(),
                () -> documentsGate.isOpen() || zohoGate.isOpen(),
                partitions -> {
                    sync.forgetAll();
                    directory.read(partitions);
                },
                delivery -> {
                    due(delivery.message()).ifPresent(metrics::retryTakenUp);
                    worker.accept(delivery);
                });
        consume(
                Topics.COGNIFY_GROUP,
                List.of(Topics.COGNIFY),
                MAX_COGNIFY_REQUESTS_IN_FLIGHT,
                graphsGate::isOpen,
                partitions -> {},
                cognify::accept);
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

    /** @param clock for when what is due; tests let hours pass in seconds */
    static SinkService create(Environment environment, Clock clock) {
        SettingsReader reader = new SettingsReader(environment);
        SinkSettings settings = SinkSettings.from(reader);
        reader.finish();
        return new SinkService(settings, clock);
    }

    private void consume(
            String group,
            List<String> topics,
            int maxInFlight,
            BooleanSupplier halted,
            Consumer<Collection<Integer>> onAssignment,
            Consumer<Delivery> handler) {
        PartitionedConsumer.Options options = new PartitionedConsumer.Options(
                group,
                settings.service().instance(),
                topics,
                maxInFlight,
                message -> due(message).map(this::notTooFarOff).orElse(Instant.MIN),
                SinkService::firstTime,
                halted,
                onAssignment);
        PartitionedConsumer consumer =
                new PartitionedConsumer(settings.service().kafka(), options, handler, runtime.lifecycle()::fail, clock);
        consumers.add(consumer);
        clientMetrics.add(new KafkaClientMetrics(consumer.client()));
        unfinished(group, consumer);
    }

    // By group: graphs take minutes, and may wait for hours, while documents are written.
    private void unfinished(String group, PartitionedConsumer consumer) {
        List<Tag> tags = List.of(Tag.of("group", group));
        runtime.metrics().gauge("sink.in.flight", tags, consumer, PartitionedConsumer::inFlight);
        Gauge.builder("sink.oldest.unsynced.age", consumer, this::oldestAgeSeconds)
                .tags(tags)
                .baseUnit("seconds")
                .description("Age of the oldest record that was read and is not done; 0 where there is none")
                .register(runtime.metrics());
    }

    // Somebody else's header, that says no time we can read, is due.
    private static Optional<Instant> due(ConsumerRecord<String, byte[]> message) {
        return Headers.getInstant(message.headers(), Headers.RETRY_NOT_BEFORE);
    }

    // Nobody is asked to stay away for longer. A time farther off says that somebody's clock was wrong, and what waits
    // for it would fill its partition's waiting room for ever.
    private Instant notTooFarOff(Instant due) {
        Instant latest = clock.instant().plus(LONGEST_DELAY);
        return due.isAfter(latest) ? latest : due;
    }

    /** When a record came to its first topic: a retry does not make it young. */
    private static long firstTime(ConsumerRecord<String, byte[]> message) {
        return Headers.get(message.headers(), Headers.DLT_ORIGINAL_TIMESTAMP)
                .filter(time -> time.matches("\\d{1,18}"))
                .map(Long::parseLong)
                .orElse(message.timestamp());
    }

    private double oldestAgeSeconds(PartitionedConsumer consumer) {
        OptionalLong oldest = consumer.oldest();
        return oldest.isPresent() ? Math.max(0, clock.millis() - oldest.getAsLong()) / 1e3 : 0;
    }

    @Override
    public void start() {
        runtime.start();
        TopicCatalogue catalogue = TopicCatalogue.of(settings.catalogue());
        AccessCheck.require(
                settings.service().kafka(),
                AccessList.of(catalogue, AccessList.MEMORY_SINK, settings.zoho().isPresent()));
        CatalogueAdmin.requireCatalogue(settings.service().kafka(), catalogue);
        positions.requireWithinLogs();
        runtime.health().register("memory", documentsGate::health);
        runtime.health().register("graphs", graphsGate::health);
        runtime.health().register("kafka", this::consumersHealth);
        clientMetrics.forEach(client -> client.bindTo(runtime.metrics()));
        breakerState("memory", documentsGate);
        breakerState("graphs", graphsGate);
        settings.zoho().ifPresent(zoho -> {
            runtime.health().register("zoho", zohoGate::health);
            breakerState("zoho", zohoGate);
        });
        cognify.start();
        consumers.forEach(PartitionedConsumer::start);
        deadLetters.start();
        positions.start();
        runtime.lifecycle().transitionTo(LifecycleState.RUNNING);
        LOG.info("ready");
    }

    private void breakerState(String target, OutageGate gate) {
        runtime.metrics().gauge("sink.breaker.state", List.of(Tag.of("target", target)), gate, OutageGate::state);
    }

    private ComponentHealth consumersHealth() {
        return consumers.stream().allMatch(PartitionedConsumer::isJoined)
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
        documentsGate.close();
        graphsGate.close();
        zohoGate.close();
        cognify.close();
        consumers.forEach(consumer -> consumer.close(limit));
        lanes.close(Duration.ofSeconds(1));
        deadLetters.close();
        positions.rewind();
        positions.close();
        clientMetrics.forEach(KafkaClientMetrics::close);
        writer.close();
        runtime.close();
    }
}
