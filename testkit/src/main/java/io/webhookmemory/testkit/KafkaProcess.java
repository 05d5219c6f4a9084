package io.webhookmemory.testkit;

import io.webhookmemory.testkit.kafka.ClusterPorts;
import io.webhookmemory.testkit.kafka.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;
import org.awaitility.Awaitility;

/**
 * A broker as a child process that can be killed, and frozen, so that it keeps its connections and does not respond. It is a
 * cluster of its own, or one node of a cluster.
 */
public final class KafkaProcess implements AutoCloseable {
    private final Path directory;
    private final String clusterId;
    private final ClusterPorts ports;
    private final int node;
    private ServiceProcess process;

    private KafkaProcess(Path directory, String clusterId, ClusterPorts ports, int node) {
        this.directory = directory;
        this.clusterId = clusterId;
        this.ports = ports;
        this.node = node;
    }

    /** The child's program: a node. */
    public static final class Main {
        private Main() {}

        /** @param args directory, cluster id, brokers' ports, controllers' ports, number of the node */
        public static void main(String[] args) throws InterruptedException {
            ClusterPorts ports = new ClusterPorts(numbers(args[2]), numbers(args[3]));
            EmbeddedKafka.startNode(Path.of(args[0]), args[1], ports, Integer.parseInt(args[4]));
            Thread.currentThread().join();
        }

        private static List<Integer> numbers(String list) {
            return Arrays.stream(list.split(",", -1)).map(Integer::valueOf).toList();
        }
    }

    /** @param directory for its data and its log */
    public static KafkaProcess start(Path directory) {
        return startCluster(directory, 1).get(0);
    }

    /** The nodes of a cluster, each broker and controller; returns when all brokers are in it. */
    public static List<KafkaProcess> startCluster(Path directory, int nodes) {
        String clusterId = Uuid.randomUuid().toString();
        ClusterPorts ports = ClusterPorts.any(nodes, nodes);
        List<KafkaProcess> cluster = IntStream.rangeClosed(1, nodes)
                .mapToObj(node -> new KafkaProcess(directory, clusterId, ports, node))
                .toList();
        cluster.forEach(KafkaProcess::launch);
        cluster.get(0).awaitBrokers(nodes);
        return cluster;
    }

    /** Starts the broker again after {@link #kill}, with the same port and data; returns when it responds. */
    public void start() {
        launch();
        awaitBrokers(1);
    }

    /** As {@link #start()}, but does not wait. */
    public void launch() {
        process = ServiceProcess.start(
                Main.class,
                List.of(
                        directory.resolve("data").toString(),
                        clusterId,
                        joined(ports.brokers()),
                        joined(ports.controllers()),
                        String.valueOf(node)),
                Map.of(),
                directory.resolve("kafka-" + node + ".log"),
                "-Xmx512m");
    }

    private static String joined(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private void awaitBrokers(int count) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .ignoreException(ExecutionException.class)
                .until(() -> brokers() >= count);
    }

    private int brokers() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers(),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 2000,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 2000))) {
            return admin.describeCluster().nodes().get().size();
        }
    }

    /** Of all brokers of its cluster. */
    public String bootstrapServers() {
        return ports.bootstrapServers();
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
