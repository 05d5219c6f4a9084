package io.webhookmemory.bench;

import io.webhookmemory.ingress.IngressMain;
import io.webhookmemory.testkit.net.FreePort;
import io.webhookmemory.testkit.redis.EmbeddedRedis;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Broker, Redis, ingress and load generator, each a process of its own. */
final class IngressParts extends Parts {
    static final String PROCESSES =
            "broker, Redis, ingress (256 MiB of heap) and load generator each a process of its own";

    private final int port = FreePort.any();
    private final int managementPort = FreePort.any();
    private final String bootstrapServers;
    private final ChildProcess broker;
    private final ChildProcess ingress;
    private final Load load;

    /** @param variables of the ingress, over what it needs to find the others */
    IngressParts(List<String> ingressJvmOptions, Map<String, String> variables) {
        Path data = directory();
        int brokerPort = FreePort.any();
        bootstrapServers = "localhost:" + brokerPort;
        broker = closing(ChildProcess.start(
                "broker",
                BrokerProcess.class,
                List.of("-Xmx1g"),
                Map.of(),
                data.toString(),
                String.valueOf(brokerPort)));
        broker.hear();
        EmbeddedRedis redis = closing(EmbeddedRedis.start());
        Map<String, String> all = new HashMap<>(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", bootstrapServers,
                "REDIS_PORT", String.valueOf(redis.port()),
                "INGRESS_PORT", String.valueOf(port),
                "INGRESS_MANAGEMENT_PORT", String.valueOf(managementPort),
                "WEBHOOK_SECRET", SECRET));
        all.putAll(variables);
        applyCatalogue(all);
        ingress = closing(ChildProcess.start("ingress", IngressMain.class, ingressJvmOptions, all));
        awaitReady(managementPort);
        load = closing(new Load(SECRET, URI.create("http://localhost:" + port)));
    }

    URI address() {
        return URI.create("http://localhost:" + port);
    }

    ChildProcess broker() {
        return broker;
    }

    Load load() {
        return load;
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    /** Processor time so far of broker, Redis and ingress, by name. */
    Map<String, Duration> processorTimes() {
        Duration redis = ProcessHandle.current()
                .children()
                .filter(child -> child.info().command().orElse("").contains("redis"))
                .map(ChildProcess::processorTime)
                .reduce(Duration.ZERO, Duration::plus);
        return Map.of("ingress", ingress.processorTime(), "broker", broker.processorTime(), "Redis", redis);
    }

    /** What the ingress's heap holds after a collection, in MiB. */
    long liveHeapMib() {
        ingress.collectGarbage();
        return heapMib();
    }

    /** What the ingress's heap holds, garbage included, in MiB. */
    long heapMib() {
        double bytes = get(managementPort, "/metrics")
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
        return Math.round(bytes / (1 << 20));
    }
}
