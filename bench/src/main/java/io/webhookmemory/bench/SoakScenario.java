package io.webhookmemory.bench;

import io.webhookmemory.ingress.IngressMain;
import io.webhookmemory.processor.StreamProcessorMain;
import io.webhookmemory.quickstart.WebhookClient;
import io.webhookmemory.sink.MemorySinkMain;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.testkit.kafka.EmbeddedKafka;
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
 * The three services, each a process of its own: how soon each is ready, what it has resident at rest, and whether that
 * stays as it is under steady load. Broker, Redis, Cognee double and load generator are in this process. Baseline: a JVM
 * with the same options that does nothing.
 */
final class SoakScenario extends Parts {
    /** As the images have them, with half of the memory limits of {@code docker-compose.yml} as heap. */
    private static final List<String> JVM_OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-XX:MinHeapFreeRatio=20",
            "-XX:MaxHeapFreeRatio=40",
            "-XX:InitialHeapSize=20m",
            "-Xmx192m",
            "-XX:TrimNativeHeapInterval=5000",
            "-Dio.netty.jfr.enabled=false",
            "-Dio.lettuce.core.jfr=false");

    private static final Duration REST = Duration.ofSeconds(15);
    private static final int CONNECTIONS = 16;
    private static final int ACCOUNTS = 50;

    private final EmbeddedKafka kafka = closing(EmbeddedKafka.start());
    private final EmbeddedRedis redis = closing(EmbeddedRedis.start());
    private final CogneeDouble cognee = closing(CogneeDouble.start());
    private final int port = FreePort.any();

    /**
     * A process under observation.
     *
     * @param resident in MiB: at rest, then at the end of each minute of load
     */
    private record Observed(String name, ChildProcess process, Duration ready, List<Long> resident) {
        void look() {
            resident.add(process.residentMib());
        }
    }

    MarkdownTable run(int minutes, int rate, int records) {
        applyCatalogue(Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers()));
        List<Observed> services = List.of(
                service("ingress", IngressMain.class, "INGRESS_MANAGEMENT_PORT"),
                service("stream-processor", StreamProcessorMain.class, "STREAM_PROCESSOR_MANAGEMENT_PORT"),
                service("memory-sink", MemorySinkMain.class, "MEMORY_SINK_MANAGEMENT_PORT"));
        Observed idle = idle();
        LockSupport.parkNanos(REST.toNanos());
        services.forEach(Observed::look);
        idle.look();

        LoadGenerator load = new LoadGenerator(URI.create("http://localhost:" + port), CONNECTIONS);
        for (int minute = 0; minute < minutes; minute++) {
            List<byte[]> requests = updates(minute * rate * 60, rate * 60, records);
            LoadGenerator.OpenLoop sent = load.atRate(requests, rate, 200);
            if (sent.result().unexpected() > 0) {
                throw new IllegalStateException(sent.result().unexpected() + " webhooks were not acknowledged");
            }
            services.forEach(Observed::look);
        }
        awaitDocuments(records);
        return table(services, idle);
    }

    private static MarkdownTable table(List<Observed> services, Observed idle) {
        MarkdownTable table = new MarkdownTable(
                "process",
                "ready after s",
                "at rest",
                "after a minute",
                "at the end",
                "greatest",
                "end ÷ first minute");
        for (Observed service : services) {
            List<Long> loaded = service.resident().subList(1, service.resident().size());
            long first = loaded.get(0);
            long last = loaded.get(loaded.size() - 1);
            table.row(
                    service.name(),
                    seconds(service.ready()),
                    String.valueOf(service.resident().get(0)),
                    String.valueOf(first),
                    String.valueOf(last),
                    String.valueOf(
                            loaded.stream().mapToLong(Long::longValue).max().orElseThrow()),
                    "%.2f".formatted((double) last / first));
        }
        table.row(
                "baseline: a JVM that does nothing",
                seconds(idle.ready()),
                String.valueOf(idle.resident().get(0)),
                "–",
                "–",
                "–",
                "–");
        return table;
    }

    private Observed service(String name, Class<?> main, String managementPort) {
        int management = FreePort.any();
        long begin = System.nanoTime();
        ChildProcess process = closing(ChildProcess.start(
                name,
                main,
                JVM_OPTIONS,
                Map.ofEntries(
                        Map.entry("MALLOC_ARENA_MAX", "2"),
                        Map.entry("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers()),
                        Map.entry("REDIS_PORT", String.valueOf(redis.port())),
                        Map.entry("COGNEE_URL", cognee.url()),
                        Map.entry("WEBHOOK_SECRET", SECRET),
                        Map.entry("WEBHOOK_NUM_WORKERS", "10"),
                        Map.entry("INGRESS_PORT", String.valueOf(port)),
                        Map.entry("STREAM_PROCESSOR_STATE_DIR", directory().toString()),
                        Map.entry(managementPort, String.valueOf(management)))));
        awaitReady(management);
        return new Observed(name, process, Duration.ofNanos(System.nanoTime() - begin), new ArrayList<>());
    }

    private Observed idle() {
        long begin = System.nanoTime();
        ChildProcess process =
                closing(ChildProcess.start("idle", IdleProcess.class, JVM_OPTIONS, Map.of("MALLOC_ARENA_MAX", "2")));
        process.hear();
        return new Observed("idle", process, Duration.ofNanos(System.nanoTime() - begin), new ArrayList<>());
    }

    private List<byte[]> updates(int first, int count, int records) {
        return IntStream.range(first, first + count)
                .mapToObj(number -> update(number, number % records))
                .toList();
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
                                "x".repeat(350));
        return HttpConnection.webhook(UUID.randomUUID().toString(), WebhookClient.sign(SECRET, body), body);
    }

    /** Everything acknowledged must be in memory in the end: a stalled service would otherwise look healthy. */
    private void awaitDocuments(int records) {
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (cognee.documents().size() != records) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("%d documents of %d records"
                        .formatted(cognee.documents().size(), records));
            }
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }

    private static String seconds(Duration duration) {
        return "%.1f".formatted(duration.toMillis() / 1e3);
    }
}
