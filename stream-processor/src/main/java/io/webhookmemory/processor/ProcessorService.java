package io.webhookmemory.processor;

import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.webhookmemory.processor.topology.ProcessorTopology;
import io.webhookmemory.service.ServiceRuntime;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.lifecycle.LifecycleState;
import io.webhookmemory.service.lifecycle.PipelineService;
import io.webhookmemory.service.lifecycle.StartupException;
import io.webhookmemory.service.management.ComponentHealth;
import io.webhookmemory.topics.catalogue.CatalogueAdmin;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the topology: starts it, watches it, stops it. */
public final class ProcessorService implements PipelineService {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessorService.class);
    private static final Duration START_LIMIT = Duration.ofMinutes(5);

    private final ProcessorSettings settings;
    private final ServiceRuntime runtime;
    private final KafkaStreams streams;
    private final KafkaStreamsMetrics streamsMetrics;
    private final ThreadFailures failures = new ThreadFailures(Clock.systemUTC());

    private ProcessorService(ProcessorSettings settings) {
        this.settings = settings;
        this.runtime = new ServiceRuntime(settings.service());
        ProcessorMetrics metrics = new ProcessorMetrics(runtime.metrics(), Clock.systemUTC());
        this.streams =
                new KafkaStreams(ProcessorTopology.build(settings, metrics), StreamsSettings.properties(settings));
        this.streamsMetrics = new KafkaStreamsMetrics(streams);
    }

    /** @throws io.webhookmemory.service.config.InvalidSettingsException naming every bad setting */
    public static ProcessorService create(Environment environment) {
        SettingsReader reader = new SettingsReader(environment);
        ProcessorSettings settings = ProcessorSettings.from(reader);
        reader.finish();
        return new ProcessorService(settings);
    }

    @Override
    public void start() {
        runtime.start();
        CatalogueAdmin.requireCatalogue(settings.service().kafka(), TopicCatalogue.of(settings.catalogue()));
        CountDownLatch running = new CountDownLatch(1);
        streams.setStateListener((state, previous) -> {
            LOG.atInfo()
                    .addKeyValue("state", state)
                    .addKeyValue("previous", previous)
                    .log("streams state");
            if (state == KafkaStreams.State.RUNNING || state == KafkaStreams.State.ERROR) {
                running.countDown();
            }
        });
        streams.setUncaughtExceptionHandler(this::onThreadFailure);
        runtime.health().register("streams", this::health);
        streamsMetrics.bindTo(runtime.metrics());
        streams.start();
        await(running);
        runtime.lifecycle().transitionTo(LifecycleState.RUNNING);
        LOG.info("ready");
    }

    private void await(CountDownLatch running) {
        try {
            if (!running.await(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    || streams.state() == KafkaStreams.State.ERROR) {
                throw new StartupException("Kafka Streams did not come to run; its state is " + streams.state());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted while starting", e);
        }
    }

    /** A thread that failed is replaced and goes on from the last commit; one that keeps failing ends the process. */
    private StreamThreadExceptionResponse onThreadFailure(Throwable error) {
        if (failures.tooMany()) {
            LOG.atError().setCause(error).log("stream threads keep failing; stopping");
            runtime.lifecycle().fail(error);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        LOG.atError().setCause(error).log("stream thread failed; replacing it");
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    private ComponentHealth health() {
        KafkaStreams.State state = streams.state();
        return switch (state) {
            case RUNNING -> ComponentHealth.UP;
            case REBALANCING -> ComponentHealth.down("rebalancing or restoring state");
            default -> ComponentHealth.down("state " + state);
        };
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
        streams.close(settings.service().shutdownTimeout());
        streamsMetrics.close();
        runtime.close();
    }
}
