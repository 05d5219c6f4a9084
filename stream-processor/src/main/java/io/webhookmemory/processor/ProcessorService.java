package io.webhookmemory.processor;

import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.webhookmemory.processor.store.RocksDbMemory;
import io.webhookmemory.processor.topology.ProcessorMetrics;
import io.webhookmemory.processor.topology.ProcessorTopology;
import io.webhookmemory.service.ServiceRuntime;
import io.webhookmemory.service.access.AccessCheck;
import io.webhookmemory.service.access.AccessList;
import io.webhookmemory.service.catalogue.CatalogueCheck;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.lifecycle.LifecycleState;
import io.webhookmemory.service.lifecycle.PipelineService;
import io.webhookmemory.service.lifecycle.StartupException;
import io.webhookmemory.service.management.ComponentHealth;
import io.webhookmemory.service.position.PositionWatch;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.topics.catalogue.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.processor.TaskId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the topology: starts, monitors and stops it. */
public final class ProcessorService implements PipelineService {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessorService.class);

    /** The task of the global tables, as Kafka Streams names it. */
    private static final TaskId GLOBAL_TASK = new TaskId(-1, -1);

    private final ProcessorSettings settings;
    private final ServiceRuntime runtime;
    private final ProcessorMetrics metrics;
    private final RocksDbMemory memory;
    private final ThreadFailures failures;
    /** Null until the replication of the topics is known. */
    private volatile KafkaStreams streams;

    private KafkaStreamsMetrics streamsMetrics;
    private PositionWatch positions;
    private volatile boolean threadsReplaced;

    private ProcessorService(ProcessorSettings settings) {
        this.settings = settings;
        this.runtime = new ServiceRuntime(settings.service());
        this.metrics = new ProcessorMetrics(runtime.metrics(), Clock.systemUTC());
        this.memory = new RocksDbMemory(settings.rocksDbMemory());
        this.failures = new ThreadFailures(Clock.systemUTC(), settings.threads());
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
        runtime.health().register("streams", () -> health(streams == null ? null : streams.state()));
        runtime.start();
        TopicCatalogue catalogue = TopicCatalogue.of(settings.topology().catalogue());
        AccessCheck.require(settings.service().kafka(), AccessList.of(catalogue, AccessList.STREAM_PROCESSOR));
        CatalogueCheck.require(settings.service().kafka(), catalogue);
        watchPositions();
        metrics.observe(memory);
        StaticMember.leaveOldTopics(settings.service(), ProcessorTopology.SOURCE_TOPICS);
        startStreams(Durability.ofWebhooks(settings.service().kafka()));
        positions.start();
        runtime.lifecycle().transitionTo(LifecycleState.RUNNING);
        LOG.info("ready");
        // These are thousands of metrics; registering them earlier would delay the start.
        streamsMetrics.bindTo(runtime.metrics());
    }

    private void startStreams(Durability durability) {
        try {
            startOnce(durability);
        } catch (TaskCorruptedException e) {
            // A process that was killed may leave the directory's copy on disk marked as open. Of every other
            // store, Kafka Streams deletes such state by itself (KAFKA-21034).
            if (!e.corruptedTasks().contains(GLOBAL_TASK)) {
                throw e;
            }
            LOG.warn("the copy of the directory on disk was not closed; deleting it and reading the directory again");
            closeStreams(CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP);
            deleteDirectoryCopy();
            startOnce(durability);
        }
    }

    private void startOnce(Durability durability) {
        Startup startup = new Startup();
        KafkaStreams created = new KafkaStreams(
                ProcessorTopology.build(settings.topology(), metrics, settings.commitPace()),
                StreamsSettings.properties(settings, metrics, memory, durability),
                new StreamsClients());
        created.setStateListener(startup);
        created.setUncaughtExceptionHandler(this::onThreadFailure);
        synchronized (this) {
            streams = created;
            streamsMetrics = new KafkaStreamsMetrics(created);
        }
        created.start();
        startup.begun = true;
        startup.await(created);
    }

    private void deleteDirectoryCopy() {
        Path copy = settings.stateDirectory().resolve(Topics.PROCESSOR_GROUP).resolve("global");
        try {
            Utils.delete(copy.toFile());
        } catch (IOException e) {
            throw new StartupException("cannot delete " + copy, e);
        }
    }

    private void watchPositions() {
        PositionWatch watch = new PositionWatch(
                settings.service().kafka(),
                Map.of(Topics.PROCESSOR_GROUP, List.of(Topics.WEBHOOKS)),
                runtime.metrics(),
                reason -> runtime.lifecycle().fail(new IllegalStateException(reason)));
        synchronized (this) {
            positions = watch;
        }
        watch.requireWithinLogs();
    }

    /** Follows the state of the streams from their start. */
    private final class Startup implements KafkaStreams.StateListener {
        private final CountDownLatch settled = new CountDownLatch(1);
        /** Earlier failures are thrown by the start itself. */
        private volatile boolean begun;

        @Override
        public void onChange(KafkaStreams.State state, KafkaStreams.State previous) {
            LOG.atInfo()
                    .addKeyValue("state", state)
                    .addKeyValue("previous", previous)
                    .log("streams state");
            if (state == KafkaStreams.State.ERROR && begun) {
                // For example, the thread that reads the directory failed; it is not replaced.
                runtime.lifecycle().fail(new IllegalStateException("Kafka Streams has failed"));
            }
            if (state == KafkaStreams.State.RUNNING || state.hasStartedOrFinishedShuttingDown()) {
                settled.countDown();
            }
        }

        /** Waits without a limit: restoring state may take long, and a process that timed out would only start again. */
        void await(KafkaStreams started) {
            try {
                settled.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StartupException("interrupted while starting", e);
            }
            KafkaStreams.State state = started.state();
            if (state.hasStartedOrFinishedShuttingDown()) {
                throw new StartupException("Kafka Streams did not start; its state is " + state);
            }
        }
    }

    /** Replaces a failed thread, which continues at the last commit. If threads keep failing, the process ends. */
    private StreamThreadExceptionResponse onThreadFailure(Throwable error) {
        metrics.threadFailed();
        if (failures.tooMany()) {
            LOG.atError().setCause(error).log("stream threads keep failing; stopping");
            runtime.lifecycle().fail(error);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        LOG.atError().setCause(error).log("stream thread failed; replacing it");
        threadsReplaced = true;
        StaticMember.ofThread(Thread.currentThread().getName(), settings.service())
                .leave(settings.service().kafka());
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    /** @param state null before the streams are created */
    static ComponentHealth health(KafkaStreams.State state) {
        if (state == null) {
            return ComponentHealth.down("starting");
        }
        return switch (state) {
            case RUNNING -> ComponentHealth.UP;
            case CREATED -> ComponentHealth.down("starting");
            case REBALANCING -> ComponentHealth.down("rebalancing or restoring state");
            case PENDING_SHUTDOWN, NOT_RUNNING -> ComponentHealth.down("stopping");
            case PENDING_ERROR, ERROR -> ComponentHealth.down("failed");
        };
    }

    @Override
    public CompletableFuture<Void> terminated() {
        return runtime.lifecycle().terminated();
    }

    public int managementPort() {
        return runtime.managementPort();
    }

    /**
     * After a restart, members with the same names get their partitions back. Replacement threads have names that the
     * next process does not use: their partitions would wait for the session to time out.
     */
    private CloseOptions.GroupMembershipOperation farewell() {
        return threadsReplaced || positions.hasRecreated()
                ? CloseOptions.GroupMembershipOperation.LEAVE_GROUP
                : CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP;
    }

    @Override
    public void close() {
        if (!runtime.lifecycle().transitionTo(LifecycleState.STOPPING)) {
            return;
        }
        synchronized (this) {
            if (streams != null) {
                closeStreams(farewell());
            }
            if (positions != null) {
                positions.rewind();
                positions.close();
            }
        }
        memory.close();
        runtime.close();
    }

    private synchronized void closeStreams(CloseOptions.GroupMembershipOperation farewell) {
        streams.close(
                CloseOptions.timeout(settings.service().shutdownTimeout()).withGroupMembershipOperation(farewell));
        streamsMetrics.close();
    }
}
