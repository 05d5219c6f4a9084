package io.webhookmemory.bench;

import io.webhookmemory.processor.StreamProcessorMain;
import io.webhookmemory.testkit.net.FreePort;
import io.webhookmemory.topics.catalogue.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** A stream-processor, or what it is compared with, in a JVM of its own with 256 MiB of heap. */
final class ProcessorChild implements AutoCloseable {
    /** What runs in the process. All are Kafka Streams with {@code exactly_once_v2} and the same commit interval. */
    enum Program {
        PASS_THROUGH("baseline: a topology that only passes events on"),
        KEY_VALUE("deduplication alone, key-value store"),
        WINDOW("deduplication alone, window store"),
        PROCESSOR("stream-processor");

        private final String description;

        Program(String description) {
            this.description = description;
        }

        String description() {
            return description;
        }

        /** The consumer group, by whose committed offsets progress is measured. */
        String group() {
            return this == PROCESSOR ? Topics.PROCESSOR_GROUP : "bench-" + name();
        }
    }

    private final ChildProcess process;
    private final int managementPort;
    private final HttpClient http = HttpClient.newHttpClient();

    private ProcessorChild(ChildProcess process, int managementPort) {
        this.process = process;
        this.managementPort = managementPort;
    }

    static ProcessorChild start(
            Program program, String bootstrapServers, Path stateDirectory, Map<String, String> variables) {
        int port = FreePort.any();
        List<String> jvmOptions = new ArrayList<>(List.of("-Xmx256m"));
        String more = System.getenv("BENCH_PROCESSOR_JVM_OPTIONS");
        if (more != null) {
            jvmOptions.addAll(List.of(more.split(" ")));
        }
        Map<String, String> environment = new HashMap<>(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                bootstrapServers,
                "STREAM_PROCESSOR_STATE_DIR",
                stateDirectory.toString(),
                "STREAM_PROCESSOR_MANAGEMENT_PORT",
                String.valueOf(port),
                "REDIS_PORT",
                "1",
                "INSTANCE_ID",
                "bench"));
        environment.putAll(variables);
        ChildProcess process = program == Program.PROCESSOR
                ? ChildProcess.start(program.name(), StreamProcessorMain.class, jvmOptions, environment)
                : ChildProcess.start(
                        program.name(),
                        ProcessorBaselines.class,
                        jvmOptions,
                        environment,
                        program.name(),
                        bootstrapServers,
                        stateDirectory.toString());
        return new ProcessorChild(process, port);
    }

    void requireAlive() {
        process.requireAlive();
    }

    /** Waits until {@code /readyz} says so. */
    ProcessorChild awaitReady() {
        while (true) {
            requireAlive();
            try {
                if (get("/readyz").statusCode() == 200) {
                    return this;
                }
            } catch (IOException e) {
                // Its port is not open yet.
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    /** The sum over all tags of a metric by its Prometheus name, of those lines that have the text. */
    double metric(String name, String with) throws IOException {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{") && line.contains(with))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    ChildProcess process() {
        return process;
    }

    /** Resident memory, heap and all else, in MiB. */
    long residentMib() {
        return process.residentMib();
    }

    private HttpResponse<String> get(String path) throws IOException {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + managementPort + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    void kill() {
        process.kill();
    }

    @Override
    public void close() {
        process.close();
    }
}
