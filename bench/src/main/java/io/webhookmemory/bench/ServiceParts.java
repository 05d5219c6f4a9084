package io.webhookmemory.bench;

import io.webhookmemory.ingress.IngressMain;
import io.webhookmemory.processor.StreamProcessorMain;
import io.webhookmemory.quickstart.WebhookClient;
import io.webhookmemory.sink.MemorySinkMain;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.testkit.net.FreePort;
import io.webhookmemory.testkit.redis.EmbeddedRedis;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * The broker and the three services, each a process of its own; Redis, too. The Cognee double and the load generator are in
 * this process.
 */
class ServiceParts extends Parts {
    static final String PROCESSES =
            "broker, Redis and the services each a process of its own; Cognee double and load generator in another";

    private static final int CONNECTIONS = 16;
    private static final int ACCOUNTS = 50;

    private final int brokerPort = FreePort.any();
    private final ChildProcess broker = closing(ChildProcess.start(
            "broker",
            BrokerProcess.class,
            List.of("-Xmx512m"),
            Map.of(),
            directory().toString(),
            String.valueOf(brokerPort)));
    private final EmbeddedRedis redis = closing(EmbeddedRedis.start());
    private final CogneeDouble cognee = closing(CogneeDouble.start());
    private final int port = FreePort.any();
    private final LoadGenerator load = new LoadGenerator(URI.create("http://localhost:" + port), CONNECTIONS);
    private final List<Service> services = new ArrayList<>();
    private final List<String> jvmOptions;

    /** @param jvmOptions of the services, after those of the images */
    ServiceParts(List<String> jvmOptions) {
        this.jvmOptions = jvmOptions;
        broker.hear();
        applyCatalogue(Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers()));
        start("ingress", IngressMain.class, "INGRESS_MANAGEMENT_PORT");
        start("stream-processor", StreamProcessorMain.class, "STREAM_PROCESSOR_MANAGEMENT_PORT");
        start("memory-sink", MemorySinkMain.class, "MEMORY_SINK_MANAGEMENT_PORT");
    }

    private String bootstrapServers() {
        return "localhost:" + brokerPort;
    }

    private void start(String name, Class<?> main, String managementPort) {
        services.add(startService(
                name,
                main,
                managementPort,
                Map.ofEntries(
                        Map.entry("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers()),
                        Map.entry("REDIS_PORT", String.valueOf(redis.port())),
                        Map.entry("COGNEE_URL", cognee.url()),
                        Map.entry("WEBHOOK_SECRET", SECRET),
                        Map.entry("WEBHOOK_NUM_WORKERS", "10"),
                        Map.entry("INGRESS_PORT", String.valueOf(port)),
                        Map.entry("STREAM_PROCESSOR_STATE_DIR", directory().toString())),
                jvmOptions));
    }

    /** Starts a JVM with the options of the services that does nothing: the baseline. */
    final Service idle() {
        long begin = System.nanoTime();
        ChildProcess process = closing(
                ChildProcess.start("idle", IdleProcess.class, with(jvmOptions), Map.of("MALLOC_ARENA_MAX", "2")));
        process.hear();
        return new Service("idle", process, Duration.ofNanos(System.nanoTime() - begin));
    }

    final List<Service> services() {
        return services;
    }

    final ChildProcess broker() {
        return broker;
    }

    /**
     * Sends updates at a fixed rate, one record in each.
     *
     * @param first number of the first update; its record is this number modulo {@code records}
     */
    final LoadGenerator.OpenLoop send(int first, int count, int records, int rate) {
        List<byte[]> requests = IntStream.range(first, first + count)
                .mapToObj(number -> update(number, number % records))
                .toList();
        LoadGenerator.OpenLoop sent = load.atRate(requests, rate, 200);
        if (sent.result().unexpected() > 0) {
            throw new IllegalStateException(sent.result().unexpected() + " webhooks were not acknowledged");
        }
        return sent;
    }

    private static byte[] update(int number, int record) {
        String body =
                ("{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[{\"id\":\"%s\",\"Modified_Time\":\"%s\","
                                + "\"Deal_Name\":\"Deal number %d\",\"Amount\":%d.50,\"Account_Name\":{\"name\":\"Account %d\","
                                + "\"id\":\"%s\"},\"Description\":\"%s\"}],\"modified_fields\":[\"Amount\"]}")
                        .formatted(
                                Webhooks.recordId(record),
                                Instant.now(),
                                record,
                                number,
                                record % ACCOUNTS,
                                Webhooks.recordId(9_000_000 + record % ACCOUNTS),
                                Webhooks.FILLER);
        return HttpConnection.webhook(UUID.randomUUID().toString(), WebhookClient.sign(SECRET, body), body);
    }

    /** Everything acknowledged must be in memory in the end: a stalled service would otherwise look healthy. */
    final void awaitDocuments(int records) {
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (cognee.documents().size() != records) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("%d documents of %d records"
                        .formatted(cognee.documents().size(), records));
            }
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }
}
