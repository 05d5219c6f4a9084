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
 * Looks at the whole pipeline every few seconds, so that a health request is answered from memory: the backlog from
 * Kafka, the services' own health from Redis. Thread-safe.
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
     * The pipeline at the last look.
     *
     * @param lags records before each consumer group; the last known numbers while Kafka is away
     * @param components status by service, or by consumer group with its lag while Redis is away
     * @param instances status by service and instance; empty while Redis is away
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
        scheduler.scheduleWithFixedDelay(this::look, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    public View view() {
        return view;
    }

    /** The consumer groups that an event has to pass. */
    public Set<String> groups() {
        return lag.groups();
    }

    public boolean isFull() {
        return view.queueSize() >= capacity;
    }

    private void look() {
        try {
            Map<String, Long> lags = lag.byGroup();
            see(true, lags);
        } catch (ExecutionException | TimeoutException e) {
            LOG.atDebug().setCause(e).log("Kafka does not say how far the pipeline is");
            seeWithoutKafka();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // An exception out of a scheduled task would silently end all later looks.
            LOG.atWarn().setCause(e).log("look at the pipeline failed");
        }
    }

    private void seeWithoutKafka() {
        try {
            see(false, view.lags());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void see(boolean kafkaConnected, Map<String, Long> lags) throws InterruptedException {
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
