package io.webhookmemory.ingress.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.KeyValue;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.webhookmemory.ingress.IngressSettings;
import io.webhookmemory.service.json.Json;
import io.webhookmemory.service.redis.HealthBeacon;
import io.webhookmemory.service.redis.RedisLink;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
    private final RedisLink redis;
    private final int capacity;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pipeline-watch");
        thread.setDaemon(true);
        return thread;
    });
    private volatile View view = new View(false, Map.of(), Map.of());

    /**
     * The pipeline at the last look.
     *
     * @param lags records before each consumer group; the last known numbers while Kafka is away
     * @param components status by service and instance, or by consumer group with its lag while Redis is away
     */
    public record View(boolean kafkaConnected, Map<String, Long> lags, Map<String, String> components) {

        /** Events accepted and not yet synced. */
        public long queueSize() {
            return lags.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    public PipelineWatch(IngressSettings settings, RedisLink redis) {
        this.admin = Admin.create(settings.service()
                .kafka()
                .forAdmin(Map.of(
                        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        REQUEST_TIMEOUT_MILLIS,
                        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        REQUEST_TIMEOUT_MILLIS)));
        this.lag = new Lag(admin, settings.catalogue());
        this.redis = redis;
        this.capacity = settings.maxQueueSize();
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
            Map<String, String> components = componentsFromRedis();
            view = new View(true, lags, components.isEmpty() ? componentsFromLag(lags) : components);
        } catch (ExecutionException | TimeoutException e) {
            LOG.atDebug().setCause(e).log("Kafka does not say how far the pipeline is");
            view = new View(false, view.lags(), componentsFromRedis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // An exception out of a scheduled task would silently end all later looks.
            LOG.atWarn().setCause(e).log("look at the pipeline failed");
        }
    }

    private static Map<String, String> componentsFromLag(Map<String, Long> lags) {
        Map<String, String> components = new TreeMap<>();
        lags.forEach((group, records) -> components.put(group, "lag " + records));
        return components;
    }

    private Map<String, String> componentsFromRedis() {
        return redis.commands().map(PipelineWatch::components).orElse(Map.of());
    }

    private static Map<String, String> components(RedisAsyncCommands<String, String> commands) {
        Map<String, String> components = new TreeMap<>();
        try {
            ScanArgs ours =
                    ScanArgs.Builder.matches(HealthBeacon.KEY_PREFIX + "*").limit(1000);
            ScanCursor cursor = ScanCursor.INITIAL;
            do {
                KeyScanCursor<String> page = commands.scan(cursor, ours).get();
                if (!page.getKeys().isEmpty()) {
                    List<KeyValue<String, String>> reports =
                            commands.mget(page.getKeys().toArray(String[]::new)).get();
                    reports.forEach(report ->
                            report.ifHasValue(json -> components.put(component(report.getKey()), status(json))));
                }
                cursor = page;
            } while (!cursor.isFinished());
        } catch (ExecutionException e) {
            LOG.atDebug().setCause(e).log("Redis does not say how the services are");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return components;
    }

    private static String component(String key) {
        return key.substring(HealthBeacon.KEY_PREFIX.length());
    }

    private static String status(String json) {
        try {
            return Json.MAPPER.readTree(json).path("status").asText("unknown");
        } catch (JsonProcessingException e) {
            return "unknown";
        }
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        admin.close(Duration.ofSeconds(1));
    }
}
