package io.webhookmemory.e2e.faults;

import io.webhookmemory.testkit.ServiceProcess;
import io.webhookmemory.testkit.net.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** One instance of a service, which is started again when it ends by itself, as an orchestrator does. Thread-safe. */
final class Instance implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final String name;
    private final Class<?> main;
    private final Map<String, String> environment;
    private final Path log;
    private final int managementPort = FreePort.any();
    private ServiceProcess process;
    private boolean wanted;
    private int revivals;

    /**
     * Not started yet.
     *
     * @param portVariable the name of the setting for its management port
     */
    Instance(String name, Class<?> main, String portVariable, Map<String, String> environment, Path directory) {
        this.name = name;
        this.main = main;
        this.environment = new HashMap<>(environment);
        this.environment.put("INSTANCE_ID", name);
        this.environment.put(portVariable, String.valueOf(managementPort));
        log = directory.resolve(name + ".log");
    }

    String name() {
        return name;
    }

    synchronized void start() {
        wanted = true;
        process = ServiceProcess.start(main, environment, log, "-Xmx256m");
    }

    synchronized void kill() {
        wanted = false;
        process.kill();
    }

    synchronized void freeze() {
        process.freeze();
    }

    synchronized void thaw() {
        process.thaw();
    }

    /** SIGTERM; returns the exit code. */
    synchronized int stop() {
        wanted = false;
        process.terminate();
        return process.exitCode(LIMIT);
    }

    /** Starts it again if it ended by itself. */
    synchronized void revive() {
        if (wanted && !process.isAlive()) {
            revivals++;
            start();
        }
    }

    /** How often it ended by itself so far. */
    synchronized int revivals() {
        return revivals;
    }

    synchronized long pid() {
        return process.pid();
    }

    boolean isReady() {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + managementPort + "/readyz"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public synchronized void close() {
        if (process != null) {
            kill();
        }
    }
}
