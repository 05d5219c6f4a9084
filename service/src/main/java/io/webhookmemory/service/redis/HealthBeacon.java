package io.webhookmemory.service.redis;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.lettuce.core.SetArgs;
import io.webhookmemory.service.management.Health;
import io.webhookmemory.topics.json.Json;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a service's health to {@code webhook:health:{service}:{instance}} every few seconds, with a time to live of
 * three intervals, so that the key of a dead or frozen process expires. The instance name is added to the set {@code
 * webhook:health:{service}}, so that readers need not scan all keys. Nothing depends on the beacon; it is skipped while
 * Redis is unavailable.
 */
public final class HealthBeacon implements AutoCloseable {
    private static final String KEY_PREFIX = "webhook:health:";

    private static final Logger LOG = LoggerFactory.getLogger(HealthBeacon.class);
    private static final Duration BEAT = Duration.ofSeconds(2);
    private static final Duration LIFETIME = BEAT.multipliedBy(3);

    private final RedisLink redis;
    private final String service;
    private final String instance;
    private final Health health;
    private final ScheduledExecutorService scheduler;

    public HealthBeacon(RedisLink redis, String service, String instance, Health health) {
        this.redis = redis;
        this.service = service;
        this.instance = instance;
        this.health = health;
        this.scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "health-beacon");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The key of the set of a service's instances; some of them may have ended. */
    public static String instancesKey(String service) {
        return KEY_PREFIX + service;
    }

    /** The key of an instance's report; the key expires after the instance ends. */
    public static String key(String service, String instance) {
        return KEY_PREFIX + service + ":" + instance;
    }

    public void start() {
        scheduler.scheduleWithFixedDelay(this::beat, 0, BEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void beat() {
        try {
            String report = Json.MAPPER.writeValueAsString(health.report());
            redis.commands().ifPresent(commands -> {
                commands.sadd(instancesKey(service), instance).whenComplete(HealthBeacon::note);
                commands.set(key(service, instance), report, SetArgs.Builder.ex(LIFETIME))
                        .whenComplete(HealthBeacon::note);
            });
        } catch (JsonProcessingException | RuntimeException e) {
            // An exception out of a scheduled task would silently end all later runs.
            LOG.warn("health beat failed", e);
        }
    }

    private static void note(Object written, Throwable error) {
        if (error != null) {
            LOG.debug("health beat not written", error);
        }
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        redis.commands().ifPresent(commands -> {
            commands.srem(instancesKey(service), instance);
            commands.del(key(service, instance));
        });
    }
}
