package io.webhookmemory.quickstart;

import static java.util.Map.entry;

import io.webhookmemory.admin.catalogue.CatalogueAdmin;
import io.webhookmemory.ingress.IngressService;
import io.webhookmemory.processor.ProcessorService;
import io.webhookmemory.service.catalogue.CatalogueConfiguration;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.lifecycle.PipelineService;
import io.webhookmemory.service.lifecycle.StartupException;
import io.webhookmemory.sink.SinkService;
import io.webhookmemory.subscriptions.SubscriptionsService;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.testkit.files.TemporaryDirectory;
import io.webhookmemory.testkit.kafka.EmbeddedKafka;
import io.webhookmemory.testkit.redis.EmbeddedRedis;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/**
 * The whole pipeline in this process: embedded parts where no external ones are configured, the topics, and the
 * services with the same code as in production. Its data is deleted when it is closed.
 */
public final class LocalPipeline implements AutoCloseable {
    private final LocalSettings settings;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private EmbeddedKafka kafka;
    private EmbeddedRedis redis;
    private CogneeDouble cognee;
    private List<PipelineService> services = List.of();
    private Environment serviceVariables;
    private SinkService sink;

    private LocalPipeline(LocalSettings settings) {
        this.settings = settings;
    }

    /**
     * Creates a pipeline; it does not start anything yet.
     *
     * @throws io.webhookmemory.service.config.InvalidSettingsException naming every bad setting and port in use
     */
    public static LocalPipeline create(Environment environment) {
        return new LocalPipeline(LocalSettings.from(environment));
    }

    /** A started pipeline on free ports, for tests and benchmarks. */
    public static LocalPipeline start(Map<String, String> variables) {
        LocalPipeline pipeline = create(new Environment(Map.ofEntries(
                        entry("EMBEDDED_KAFKA_PORT", "0"),
                        entry("REDIS_PORT", "0"),
                        entry("EMBEDDED_COGNEE_PORT", "0"),
                        entry("INGRESS_PORT", "0"),
                        entry("INGRESS_MANAGEMENT_PORT", "0"),
                        entry("STREAM_PROCESSOR_MANAGEMENT_PORT", "0"),
                        entry("MEMORY_SINK_MANAGEMENT_PORT", "0"),
                        entry("SUBSCRIPTIONS_MANAGEMENT_PORT", "0"),
                        entry("CONSOLE_PORT", "0"),
                        entry("CONSOLE_MANAGEMENT_PORT", "0")))
                .with(variables));
        try {
            pipeline.startParts();
            pipeline.startServices();
            return pipeline;
        } catch (RuntimeException e) {
            pipeline.close();
            throw e;
        }
    }

    /** Starts broker, Redis and Cognee double, unless external ones are configured, and creates the topics. */
    public void startParts() {
        Path data = temporaryDirectory();
        if (settings.kafkaPort() != 0) {
            kafka = closing(EmbeddedKafka.start(data.resolve("kafka"), settings.kafkaPort()));
        }
        if (settings.redisPort() != 0) {
            redis = closing(EmbeddedRedis.start(settings.redisPort()));
        }
        if (settings.cogneePort() != 0) {
            cognee = closing(CogneeDouble.start(settings.cogneePort()));
        }
        applyCatalogue();
        serviceVariables = settings.services()
                .with(Map.of("STREAM_PROCESSOR_STATE_DIR", data.resolve("state").toString()));
        sink = SinkService.create(serviceVariables);
        started.push(() -> sink.close());
        services = new ArrayList<>(List.of(
                sink,
                closing(ProcessorService.create(serviceVariables)),
                closing(IngressService.create(serviceVariables))));
        if (settings.withZoho()) {
            services.add(closing(SubscriptionsService.create(serviceVariables)));
        }
    }

    /**
     * Stops the memory-sink and starts another in its place.
     *
     * @param meanwhile runs while there is none
     */
    public void restartSink(Runnable meanwhile) {
        sink.close();
        meanwhile.run();
        sink = SinkService.create(serviceVariables);
        sink.start();
    }

    /** Starts the services concurrently and returns when all are ready. */
    public void startServices() {
        try {
            CompletableFuture.allOf(services.stream()
                            .map(service -> CompletableFuture.runAsync(service::start))
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof StartupException reason ? reason : e;
        }
    }

    private void applyCatalogue() {
        SettingsReader reader = new SettingsReader(environment());
        TopicCatalogue catalogue = TopicCatalogue.of(CatalogueConfiguration.read(reader));
        KafkaSettings kafkaSettings = KafkaSettings.from(reader);
        reader.finish();
        try (CatalogueAdmin admin = new CatalogueAdmin(kafkaSettings, catalogue)) {
            admin.apply();
        }
    }

    private Path temporaryDirectory() {
        Path directory = TemporaryDirectory.create("webhook-memory");
        started.push(() -> deleteAll(directory));
        return directory;
    }

    private <T extends AutoCloseable> T closing(T part) {
        started.push(part);
        return part;
    }

    /** The configuration of the services, including embedded addresses and a generated secret. */
    public Environment environment() {
        return settings.services();
    }

    public URI ingress() {
        return URI.create("http://localhost:" + variable("INGRESS_PORT"));
    }

    public String bootstrapServers() {
        return variable("KAFKA_BOOTSTRAP_SERVERS");
    }

    public WebhookClient webhookClient() {
        String secret = variable("WEBHOOK_SECRET").split(",", -1)[0];
        return new WebhookClient(ingress(), secret);
    }

    /** A variable that is set. */
    public String variable(String name) {
        return environment().get(name).orElseThrow();
    }

    /** The embedded broker; empty if an external one is used. */
    public Optional<EmbeddedKafka> kafka() {
        return Optional.ofNullable(kafka);
    }

    public Optional<EmbeddedRedis> redis() {
        return Optional.ofNullable(redis);
    }

    public Optional<CogneeDouble> cognee() {
        return Optional.ofNullable(cognee);
    }

    /** Completes as soon as one of the services has ended, exceptionally if that was an error. */
    public CompletableFuture<Object> terminated() {
        return CompletableFuture.anyOf(
                services.stream().map(PipelineService::terminated).toArray(CompletableFuture<?>[]::new));
    }

    /** Closes everything, writers before what they write to: ingress, processor, sink, then the parts. */
    @Override
    public void close() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot close the local pipeline", e);
            }
        }
    }

    static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        }
    }
}
