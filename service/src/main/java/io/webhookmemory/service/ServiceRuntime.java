package io.webhookmemory.service;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.webhookmemory.service.build.BuildInfo;
import io.webhookmemory.service.lifecycle.Lifecycle;
import io.webhookmemory.service.lifecycle.LifecycleState;
import io.webhookmemory.service.management.Health;
import io.webhookmemory.service.management.ManagementServer;
import io.webhookmemory.service.redis.HealthBeacon;
import io.webhookmemory.service.redis.RedisLink;

/** What every service has: lifecycle, health, metrics, management port and Redis connection. */
public final class ServiceRuntime implements AutoCloseable {
    private final Lifecycle lifecycle = new Lifecycle();
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Health health;
    private final JvmGcMetrics gcMetrics = new JvmGcMetrics();
    private final ManagementServer management;
    private final RedisLink redis;
    private final HealthBeacon beacon;

    public ServiceRuntime(ServiceSettings settings) {
        metrics.config().commonTags("service", settings.name(), "instance_id", settings.instance());
        health = new Health(lifecycle, metrics);
        new JvmMemoryMetrics().bindTo(metrics);
        new JvmThreadMetrics().bindTo(metrics);
        new ClassLoaderMetrics().bindTo(metrics);
        new ProcessorMetrics().bindTo(metrics);
        new UptimeMetrics().bindTo(metrics);
        gcMetrics.bindTo(metrics);
        BuildInfo build = BuildInfo.current();
        Gauge.builder("build.info", () -> 1)
                .description("1; its labels say which build runs")
                .tags("version", build.version(), "commit", build.commit())
                .register(metrics);
        management = new ManagementServer(settings.managementHost(), settings.managementPort(), health, metrics);
        redis = new RedisLink(settings.redis());
        beacon = new HealthBeacon(redis, settings.name(), settings.instance(), health);
    }

    /** Opens the management port. From here on the service is alive, but not ready. */
    public void start() {
        management.start();
        redis.start();
        beacon.start();
    }

    public Lifecycle lifecycle() {
        return lifecycle;
    }

    public Health health() {
        return health;
    }

    public PrometheusMeterRegistry metrics() {
        return metrics;
    }

    public RedisLink redis() {
        return redis;
    }

    public int managementPort() {
        return management.port();
    }

    /** Closes everything and marks the service stopped. The service's own work must have ended before. */
    @Override
    public void close() {
        beacon.close();
        redis.close();
        management.close();
        gcMetrics.close();
        metrics.close();
        lifecycle.transitionTo(LifecycleState.STOPPING);
        lifecycle.transitionTo(LifecycleState.STOPPED);
    }
}
