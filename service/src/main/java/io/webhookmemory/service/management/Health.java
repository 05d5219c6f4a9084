package io.webhookmemory.service.management;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.webhookmemory.service.build.BuildInfo;
import io.webhookmemory.service.lifecycle.Lifecycle;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The health of a service. It is evaluated on every request, and exported as metrics: {@code service.ready} (0 or 1)
 * and {@code service.component.state} by component (0 up, 1 degraded, 2 down). Thread-safe.
 */
public final class Health {
    private final Lifecycle lifecycle;
    private final MeterRegistry metrics;
    private final Map<String, Supplier<ComponentHealth>> components = new ConcurrentHashMap<>();

    public Health(Lifecycle lifecycle, MeterRegistry metrics) {
        this.lifecycle = lifecycle;
        this.metrics = metrics;
        Gauge.builder("service.ready", this, health -> health.report().ready() ? 1 : 0)
                .description("1 if the service is ready")
                .register(metrics);
    }

    /** @param check must return at once, from memory: probes come every few seconds and must not wait */
    public void register(String component, Supplier<ComponentHealth> check) {
        components.put(component, check);
        Gauge.builder(
                        "service.component.state",
                        check,
                        asked -> asked.get().status().number())
                .tag("component", component)
                .description("0 up, 1 degraded, 2 down")
                .register(metrics);
    }

    public Report report() {
        Map<String, ComponentHealth> states = new TreeMap<>();
        components.forEach((name, check) -> states.put(name, check.get()));
        boolean down = states.values().stream().anyMatch(health -> health.status() == ComponentHealth.Status.DOWN);
        boolean allUp = states.values().stream().allMatch(health -> health.status() == ComponentHealth.Status.UP);
        boolean ready = lifecycle.isRunning() && !down;
        String status = !ready ? "unavailable" : allUp ? "healthy" : "degraded";
        return new Report(status, ready, BuildInfo.current(), states);
    }

    /** @param status {@code healthy}, {@code degraded} or {@code unavailable} */
    public record Report(String status, boolean ready, BuildInfo build, Map<String, ComponentHealth> components) {}
}
