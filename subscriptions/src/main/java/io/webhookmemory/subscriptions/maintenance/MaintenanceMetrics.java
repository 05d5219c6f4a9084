package io.webhookmemory.subscriptions.maintenance;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.webhookmemory.subscriptions.channel.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * The metrics of channel maintenance and sweeps. Each metric also has its name of release 0.1, when the ingress did
 * this work; these names will be removed in 0.3. Thread-safe.
 */
final class MaintenanceMetrics {
    private final MeterRegistry registry;

    MaintenanceMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Registers a gauge {@code subscriptions.<name>}. */
    void gauge(String name, String description, Supplier<Number> value) {
        names(name)
                .forEach(each ->
                        Gauge.builder(each, value).description(description).register(registry));
    }

    void swept(String module, int events) {
        names("sweep.events")
                .forEach(name -> registry.counter(name, "module", module).increment(events));
    }

    void changed(Outcome.Action action, int channels) {
        String word = action.name().toLowerCase(Locale.ROOT);
        names("changes").forEach(name -> registry.counter(name, "action", word).increment(channels));
    }

    private static List<String> names(String name) {
        String old = name.startsWith("sweep.") ? "ingress." + name : "ingress.subscriptions." + name;
        return List.of("subscriptions." + name, old);
    }
}
