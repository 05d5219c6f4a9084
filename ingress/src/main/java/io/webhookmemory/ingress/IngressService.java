package io.webhookmemory.ingress;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.webhookmemory.ingress.dedup.RecentEventIds;
import io.webhookmemory.ingress.http.IngressMetrics;
import io.webhookmemory.ingress.http.StatusHandlers;
import io.webhookmemory.ingress.http.WebServer;
import io.webhookmemory.ingress.http.WebhookHandler;
import io.webhookmemory.ingress.status.PipelineWatch;
import io.webhookmemory.service.ServiceRuntime;
import io.webhookmemory.service.access.AccessCheck;
import io.webhookmemory.service.access.AccessList;
import io.webhookmemory.service.catalogue.CatalogueCheck;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.EventPublisher;
import io.webhookmemory.service.lifecycle.LifecycleState;
import io.webhookmemory.service.lifecycle.PipelineService;
import io.webhookmemory.service.management.ComponentHealth;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.topics.catalogue.Topics;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the ingress. */
public final class IngressService implements PipelineService {
    private static final Logger LOG = LoggerFactory.getLogger(IngressService.class);
    /**
     * These threads authenticate, parse and respond; they do not block. More threads would not raise the throughput: with
     * many senders, they would only take CPU time from the threads that finish webhooks.
     */
    private static final int SERVER_THREADS = 2 + 2 * Runtime.getRuntime().availableProcessors();

    /** While Kafka does not respond, each thread may block for a quarter of a second. */
    private static final int FINISHING_THREADS = 32;

    private final IngressSettings settings;
    private final ServiceRuntime runtime;
    private final RecentEventIds recentEventIds;
    private final EventPublisher publisher;
    private final KafkaClientMetrics producerMetrics;
    private final PipelineWatch pipeline;
    private final WebServer server;
    // Separate from the server's threads: there, a webhook in progress would wait behind new connections at three
    // steps.
    private final ExecutorService finishing = Executors.newFixedThreadPool(FINISHING_THREADS, task -> {
        Thread thread = new Thread(task, "webhooks");
        thread.setDaemon(true);
        return thread;
    });

    private IngressService(IngressSettings settings) {
        this.settings = settings;
        Clock clock = Clock.systemUTC();
        runtime = new ServiceRuntime(settings.service());
        IngressMetrics metrics = new IngressMetrics(runtime.metrics());
        publisher = new EventPublisher(settings.publisher());
        producerMetrics = new KafkaClientMetrics(publisher.client());
        recentEventIds = new RecentEventIds(
                runtime.redis(),
                settings.eventTtl(),
                settings.service().redis().timeout(),
                settings.publisher().ackTimeout().dividedBy(2));
        pipeline = new PipelineWatch(
                settings.service().kafka(), settings.catalogue(), settings.maxQueueSize(), runtime.redis());
        server = new WebServer(
                settings.http(),
                settings.publisher().ackTimeout(),
                settings.service().shutdownTimeout(),
                new WebhookHandler(
                        settings.http(),
                        settings.publisher().ackTimeout(),
                        recentEventIds,
                        publisher,
                        pipeline,
                        metrics,
                        clock,
                        finishing),
                new StatusHandlers(pipeline, recentEventIds, metrics, settings.maxQueueSize(), clock),
                new QueuedThreadPool(SERVER_THREADS));
        runtime.health()
                .register(
                        "redis",
                        () -> recentEventIds.isConnected()
                                ? ComponentHealth.UP
                                : ComponentHealth.degraded(
                                        "Redis is unavailable; the ingress does not detect duplicates"));
        // Instance names are host names, so only the operator sees them. A missing service does not degrade the
        // ingress.
        runtime.health()
                .register(
                        "pipeline",
                        () -> ComponentHealth.up(pipeline.view().instances().toString()));
        runtime.health()
                .register(
                        "kafka",
                        () -> pipeline.view().kafkaConnected()
                                ? ComponentHealth.UP
                                : ComponentHealth.degraded("Kafka does not respond; webhooks get 503"));
    }

    /** @throws io.webhookmemory.service.config.InvalidSettingsException naming every bad setting */
    public static IngressService create(Environment environment) {
        SettingsReader reader = new SettingsReader(environment);
        IngressSettings settings = IngressSettings.from(reader);
        reader.finish();
        return new IngressService(settings);
    }

    @Override
    public void start() {
        runtime.start();
        TopicCatalogue catalogue = TopicCatalogue.of(settings.catalogue());
        AccessCheck.require(settings.service().kafka(), AccessList.of(catalogue, AccessList.INGRESS));
        CatalogueCheck.require(settings.service().kafka(), catalogue);
        publisher.warmUp(Topics.WEBHOOKS, Topics.REJECTED);
        producerMetrics.bindTo(runtime.metrics());
        runtime.metrics().gauge("ingress.in.flight.bytes", publisher, EventPublisher::windowUsed);
        runtime.metrics().gauge("ingress.bodies.bytes", server, WebServer::bodyBytes);
        showQueue();
        recentEventIds.start();
        pipeline.start();
        if (settings.warmUpWebhooks() > 0) {
            new WarmUp(settings, runtime.redis(), pipeline).run(settings.warmUpWebhooks());
        }
        server.start();
        runtime.lifecycle().transitionTo(LifecycleState.RUNNING);
        LOG.atInfo().addKeyValue("port", server.port()).log("ready");
    }

    private void showQueue() {
        runtime.metrics()
                .gauge("ingress.queue.size", pipeline, watch -> watch.view().queueSize());
        runtime.metrics().gauge("ingress.queue.capacity", settings, IngressSettings::maxQueueSize);
        pipeline.groups()
                .forEach(group -> runtime.metrics()
                        .gauge(
                                "ingress.queue.lag",
                                Tags.of("group", group),
                                pipeline,
                                watch -> watch.view().lags().getOrDefault(group, 0L)));
    }

    public int port() {
        return server.port();
    }

    public int managementPort() {
        return runtime.managementPort();
    }

    @Override
    public CompletableFuture<Void> terminated() {
        return runtime.lifecycle().terminated();
    }

    @Override
    public void close() {
        if (!runtime.lifecycle().transitionTo(LifecycleState.STOPPING)) {
            return;
        }
        server.close();
        publisher.close();
        pipeline.close();
        recentEventIds.close();
        producerMetrics.close();
        finishing.shutdown();
        runtime.close();
    }
}
