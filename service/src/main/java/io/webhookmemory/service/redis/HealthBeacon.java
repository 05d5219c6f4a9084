package io.webhookmemory.service.redis;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.lettuce.core.SetArgs;
import io.webhookmemory.service.json.Json;
import io.webhookmemory.service.management.Health;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a service's health to {@code webhook:health:{service}:{instance}} every few seconds, with a lifetime of three
 * beats: a process that died disappears by itself. Nothing depends on it; with Redis away the beat is skipped.
 */
public final class HealthBeacon implements AutoCloseable {
    public static final String KEY_PREFIX = "webhook:health:";

    private static final Logger LOG = LoggerFactory.getLogger(HealthBeacon.class);
    private static final Duration BEAT = Duration.ofSeconds(2);
    private static final Duration LIFETIME = BEAT.multipliedBy(3);

    private final RedisLink redis;
    private final String key;
    private final Health health;
    private final ScheduledExecutorService scheduler;

    public HealthBeacon(RedisLink redis, String service, String instance, Health health) {
        this.redis = redis;
        this.key = KEY_PREFIX + service + ":" + instance;
        this.health = health;
        this.scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "health-beacon");
            thread.setDaemon(true);
            return thread;
        });
    }

    public void start() {
        scheduler.scheduleWithFixedDelay(this::beat, 0, BEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void beat() {
        try {
            String report = Json.MAPPER.writeValueAsString(health.report());
            redis.commands()
                    .map(commands -> commands.set(key, report, SetArgs.Builder.ex(LIFETIME)))
                    .ifPresent(written -> written.whenComplete((ok, error) -> {
                        if (error != null) {
                            LOG.debug("health beat not written", error);
                        }
                    }));
        } catch (JsonProcessingException | RuntimeException e) {
            // An exception out of a scheduled task would silently end all later beats.
            LOG.warn("health beat failed", e);
        }
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        redis.commands().ifPresent(commands -> commands.del(key));
    }
}
