package io.webhookmemory.sink;

import io.micrometer.core.instrument.Tag;
import io.webhookmemory.cognee.CogneeClient;
import io.webhookmemory.cognee.MemoryException;
import io.webhookmemory.service.ServiceRuntime;
import io.webhookmemory.sink.failure.BreakerPauses;
import io.webhookmemory.sink.failure.CircuitGate;
import io.webhookmemory.sink.failure.CircuitGate.Target;
import io.webhookmemory.sink.failure.TargetWatch;
import io.webhookmemory.zoho.api.ZohoClient;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The circuit breakers of what the memory-sink calls: Cognee's documents, its graphs, and Zoho. */
final class SinkGates implements AutoCloseable {
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(5);

    private final Map<String, CircuitGate> gates = new LinkedHashMap<>();
    private final CircuitGate documents;
    private final CircuitGate graphs;
    private final CircuitGate zoho;
    private final TargetWatch watch;

    SinkGates(
            SinkSettings settings,
            CogneeClient cognee,
            Optional<ZohoClient> zohoClient,
            BreakerPauses pauses,
            Clock clock) {
        URI url = settings.cognee().url();
        documents = new CircuitGate(
                Target.at(
                        url,
                        "memory",
                        "COGNEE_URL, whether Cognee runs there, and its login (COGNEE_API_KEY, or COGNEE_USERNAME and"
                                + " COGNEE_PASSWORD)",
                        cognee::isAvailable,
                        false),
                settings.failures(),
                pauses,
                clock);
        // Few graphs are built at once, so a Cognee that fails every call may show in one graph only. Documents tell.
        graphs = new CircuitGate(
                Target.at(url, "graphs", "Cognee's LLM and its quota", cognee::canBuildGraphs, true),
                settings.failures().withoutPatience(),
                pauses,
                clock,
                documents::works);
        zoho = new CircuitGate(
                new Target(
                        "zoho",
                        "Zoho CRM",
                        "ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET, ZOHO_REFRESH_TOKEN and the API credits",
                        () -> zohoClient.map(ZohoClient::isAvailable).orElse(true),
                        false),
                settings.failures(),
                pauses,
                clock);
        gates.put("memory", documents);
        gates.put("graphs", graphs);
        if (zohoClient.isPresent()) {
            gates.put("zoho", zoho);
        }
        watch = new TargetWatch(
                documents,
                cognee::check,
                e -> e instanceof MemoryException failed ? Optional.of(failed.failure()) : Optional.empty(),
                CHECK_INTERVAL,
                clock);
    }

    CircuitGate documents() {
        return documents;
    }

    CircuitGate graphs() {
        return graphs;
    }

    CircuitGate zoho() {
        return zoho;
    }

    /** Whether not even to read events, because they would only wait. */
    boolean holdEvents() {
        return documents.isOpen() || zoho.isOpen();
    }

    void register(ServiceRuntime runtime) {
        gates.forEach((name, gate) -> {
            runtime.health().register(name, gate::health);
            runtime.metrics().gauge("sink.breaker.state", List.of(Tag.of("target", name)), gate, CircuitGate::state);
        });
    }

    void start() {
        watch.start();
    }

    @Override
    public void close() {
        watch.close();
        List.of(documents, graphs, zoho).forEach(CircuitGate::close);
    }
}
