package io.webhookmemory.bench;

import io.webhookmemory.processor.StreamProcessorMain;
import io.webhookmemory.topics.catalogue.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

    private final Process process;
    private final int managementPort;
    private final HttpClient http = HttpClient.newHttpClient();

    private ProcessorChild(Process process, int managementPort) {
        this.process = process;
        this.managementPort = managementPort;
    }

    static ProcessorChild start(
            Program program, String bootstrapServers, Path stateDirectory, Map<String, String> variables) {
        boolean processor = program == Program.PROCESSOR;
        Class<?> main = processor ? StreamProcessorMain.class : ProcessorBaselines.class;
        int port = io.webhookmemory.embedded.FreePort.any();
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m"));
        String options = System.getenv("BENCH_PROCESSOR_JVM_OPTIONS");
        if (options != null) {
            command.addAll(List.of(options.split(" ")));
        }
        Path log = Path.of(System.getProperty("quickstart.log", "bench/target/bench.log"))
                .toAbsolutePath()
                .resolveSibling("bench-" + program.name() + ".log");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        if (!processor) {
            command.addAll(List.of(program.name(), bootstrapServers, stateDirectory.toString()));
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Map<String, String> all = new HashMap<>(Map.of(
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
        all.putAll(variables);
        builder.environment().putAll(all);
        try {
            return new ProcessorChild(builder.start(), port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void requireAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the process ended with code " + process.exitValue());
        }
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

    /** Processor time so far, in nanoseconds. */
    long cpuNanos() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    /** Resident memory, heap and all else, in bytes; 0 where the system does not say. */
    long residentBytes() throws IOException {
        Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
        return Files.exists(status)
                ? Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                        .findFirst()
                        .orElse(0)
                : 0;
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
        process.destroyForcibly();
        awaitEnd();
    }

    @Override
    public void close() {
        process.destroy();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("the process does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
