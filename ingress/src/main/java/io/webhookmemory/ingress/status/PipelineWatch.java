package io.webhookmemory.ingress.status;

import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.kafka.Lag;
import io.webhookmemory.service.redis.RedisLink;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the state of the pipeline every two seconds: the backlog from Kafka, the services' health reports from Redis. Health
 * requests get the last state from memory. Thread-safe.
 */
public final class PipelineWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PipelineWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final int REQUEST_TIMEOUT_MILLIS = 4_000;

    private final Admin admin;
    private final Lag lag;
    private final Reports reports;
    private final int capacity;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pipeline-watch");
        thread.setDaemon(true);
        return thread;
    });
    private volatile View view = new View(false, Map.of(), Map.of(), Map.of());

    /**
     * The state of the pipeline at the last refresh.
     *
     * @param lags lag of each consumer group; the last known values while Kafka is unavailable
     * @param components status by service, or lag by consumer group while Redis is unavailable
     * @param instances status by service and instance; empty while Redis is unavailable
     */
    public record View(
            boolean kafkaConnected,
            Map<String, Long> lags,
            Map<String, String> components,
            Map<String, Map<String, String>> instances) {

        /** Events accepted and not yet synced. */
        public long queueSize() {
            return lags.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    public PipelineWatch(KafkaSettings kafka, CatalogueSettings catalogue, int capacity, RedisLink redis) {
        this.admin = Admin.create(kafka.forAdmin(Map.of(
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                REQUEST_TIMEOUT_MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                REQUEST_TIMEOUT_MILLIS)));
        this.lag = new Lag(admin, catalogue);
        this.reports = new Reports(redis);
        this.capacity = capacity;
    }

    public void start() {
        scheduler.scheduleWithFixedDelay(this::refresh, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    public View view() {
        return view;
    }

    /** The consumer groups that process every event. */
    public Set<String> groups() {
        return lag.groups();
    }

    public boolean isFull() {
        return view.queueSize() >= capacity;
    }

    private void refresh() {
        try {
            Map<String, Long> lags = lag.byGroup();
            update(true, lags);
        } catch (ExecutionException | TimeoutException e) {
            LOG.atDebug().setCause(e).log("cannot read the lag from Kafka");
            updateWithoutKafka();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // An uncaught exception would silently cancel the scheduled task.
            LOG.atWarn().setCause(e).log("pipeline refresh failed");
        }
    }

    private void updateWithoutKafka() {
        try {
            update(false, view.lags());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void update(boolean kafkaConnected, Map<String, Long> lags) throws InterruptedException {
        Optional<Map<String, Map<String, String>>> reported = reports.read();
        view = new View(
                kafkaConnected,
                lags,
                reported.map(Reports::byService).orElseGet(() -> componentsFromLag(lags)),
                reported.orElse(Map.of()));
    }

    private static Map<String, String> componentsFromLag(Map<String, Long> lags) {
        Map<String, String> components = new TreeMap<>();
        lags.forEach((group, records) -> components.put(group, "lag " + records));
        return components;
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        admin.close(Duration.ofSeconds(1));
    }
}
