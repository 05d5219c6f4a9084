package io.webhookmemory.testkit;

import io.webhookmemory.testkit.kafka.EmbeddedKafka;
import io.webhookmemory.testkit.net.FreePort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.awaitility.Awaitility;

/**
 * A broker as a child process: one that can be killed, and frozen, so that it holds its connections and says nothing.
 */
public final class KafkaProcess implements AutoCloseable {
    private final Path directory;
    private final int port;
    private ServiceProcess process;

    private KafkaProcess(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /** The child's program: a broker on the port and the directory that it is told. */
    public static final class Main {
        private Main() {}

        public static void main(String[] args) throws InterruptedException {
            EmbeddedKafka.start(Path.of(args[0]), Integer.parseInt(args[1]));
            Thread.currentThread().join();
        }
    }

    /** @param directory for its data and its log */
    public static KafkaProcess start(Path directory) {
        KafkaProcess kafka = new KafkaProcess(directory, FreePort.any());
        kafka.start();
        return kafka;
    }

    /** Starts it again after {@link #kill}, where it was and with the data that it had. */
    public void start() {
        process = ServiceProcess.start(
                Main.class,
                List.of(directory.resolve("data").toString(), String.valueOf(port)),
                Map.of(),
                directory.resolve("kafka.log"));
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .ignoreException(ExecutionException.class)
                .until(this::responds);
    }

    private boolean responds() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers(),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 2000,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 2000))) {
            return admin.describeCluster().nodes().get().size() == 1;
        }
    }

    public String bootstrapServers() {
        return "localhost:" + port;
    }

    public void kill() {
        process.kill();
    }

    public void freeze() {
        process.freeze();
    }

    public void thaw() {
        process.thaw();
    }

    @Override
    public void close() {
        process.close();
    }
}
