package io.webhookmemory.processor;

import io.webhookmemory.testkit.ServiceProcess;
import io.webhookmemory.testkit.net.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The stream-processor as a process of its own, and its management port. */
final class ProcessorProcess implements AutoCloseable {
    private final ServiceProcess process;
    private final int port;
    private final Path log;

    private ProcessorProcess(ServiceProcess process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** @param directory for its state and its log */
    static ProcessorProcess start(String bootstrapServers, Path directory, Map<String, String> variables) {
        int port = FreePort.any();
        Map<String, String> all = new HashMap<>(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                bootstrapServers,
                "STREAM_PROCESSOR_STATE_DIR",
                directory.resolve("state").toString(),
                "STREAM_PROCESSOR_MANAGEMENT_PORT",
                String.valueOf(port),
                "REDIS_PORT",
                "1",
                "INSTANCE_ID",
                "one"));
        all.putAll(variables);
        Path log = directory.resolve("processor.log");
        return new ProcessorProcess(ServiceProcess.start(StreamProcessorMain.class, all, log, "-Xmx256m"), port, log);
    }

    ProcessorProcess awaitReady() {
        process.awaitReady(port);
        return this;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL. */
    void kill() {
        process.kill();
    }

    /** SIGTERM; returns the exit code. */
    int terminate() {
        process.terminate();
        return process.exitCode(Duration.ofSeconds(40));
    }

    int exitCode(Duration limit) {
        return process.exitCode(limit);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                                .timeout(Duration.ofSeconds(5))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    /** The sum over all tags of a metric by its Prometheus name; 0 where it is not there. */
    double metric(String name) throws IOException, InterruptedException {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
