package io.webhookmemory.ingress;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.lifecycle.Lifecycle;
import io.webhookmemory.service.lifecycle.LifecycleState;
import io.webhookmemory.service.management.ComponentHealth;
import io.webhookmemory.service.management.Health;
import io.webhookmemory.service.redis.HealthBeacon;
import io.webhookmemory.service.redis.RedisLink;
import io.webhookmemory.service.redis.RedisSettings;
import java.util.List;
import java.util.Map;

/** What the ingress sees of the stream-processor and the memory-sink: their reports in Redis. */
final class OtherServices implements AutoCloseable {
    private final RedisLink redis;
    private final HealthBeacon processor;
    private final HealthBeacon sink;
    private volatile ComponentHealth memory = ComponentHealth.UP;

    OtherServices(int redisPort) {
        SettingsReader settings = new SettingsReader(
                new Environment(Map.of("REDIS_PORT", String.valueOf(redisPort), "REDIS_TIMEOUT_MS", "2000")));
        redis = new RedisLink(RedisSettings.from(settings));
        processor = new HealthBeacon(redis, "stream-processor", "host-of-processor", running());
        sink = new HealthBeacon(redis, "memory-sink", "host-of-sink", running());
        redis.start();
        List.of(processor, sink).forEach(HealthBeacon::start);
    }

    private Health running() {
        Lifecycle lifecycle = new Lifecycle();
        lifecycle.transitionTo(LifecycleState.RUNNING);
        Health health = new Health(lifecycle, new SimpleMeterRegistry());
        health.register("memory", () -> memory);
        return health;
    }

    /** What both say of their memory from now on. */
    void report(ComponentHealth health) {
        memory = health;
    }

    void stopSink() {
        sink.close();
    }

    @Override
    public void close() {
        processor.close();
        sink.close();
        redis.close();
    }
}
