package io.webhookmemory.testkit.kafka;

import io.webhookmemory.testkit.files.TemporaryDirectory;
import io.webhookmemory.testkit.net.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A real Kafka cluster in this JVM: KRaft, one node that is broker and controller, further nodes brokers only. Or one node of a
 * cluster whose nodes are processes ({@link #startNode}). Ports stay the same across restarts of a node. Topics are not created
 * automatically, as in production.
 */
public final class EmbeddedKafka implements AutoCloseable {
    private static final String HOST = "localhost";

    private final Path directory;
    private final boolean temporary;
    private final Map<String, String> extraConfig;
    private final ListenerSecurity security;
    private final List<Integer> brokerPorts;
    private final List<Integer> controllerPorts;
    private final Map<Integer, KafkaRaftServer> running = new java.util.concurrent.ConcurrentSkipListMap<>();

    private EmbeddedKafka(
            Path directory,
            boolean temporary,
            ClusterPorts ports,
            Map<String, String> extraConfig,
            ListenerSecurity security) {
        this.directory = directory;
        this.temporary = temporary;
        this.extraConfig = extraConfig;
        this.security = security;
        brokerPorts = ports.brokers();
        controllerPorts = ports.controllers();
    }

    /** One broker on any free port; its data is deleted when it is closed. */
    public static EmbeddedKafka start() {
        return start(1, Map.of());
    }

    /**
     * A cluster whose data is deleted when it is closed.
     *
     * @param config further broker options by Kafka's names
     */
    public static EmbeddedKafka start(int brokers, Map<String, String> config) {
        ClusterPorts ports = ClusterPorts.any(brokers, 1);
        return started(new EmbeddedKafka(
                TemporaryDirectory.create("embedded-kafka"), true, ports, config, ListenerSecurity.NONE));
    }

    /** One broker on a given port; its data stays in the directory for the next start. */
    public static EmbeddedKafka start(Path directory, int port) {
        ClusterPorts ports = new ClusterPorts(List.of(port), List.of(FreePort.any()));
        return started(new EmbeddedKafka(directory, false, ports, Map.of(), ListenerSecurity.NONE));
    }

    /**
     * One node of a cluster; its data stays in the directory for the next start. Returns before the others are there.
     *
     * @param clusterId the same for every node
     * @param node from 1
     */
    public static EmbeddedKafka startNode(Path directory, String clusterId, ClusterPorts ports, int node) {
        EmbeddedKafka kafka = new EmbeddedKafka(directory, false, ports, Map.of(), ListenerSecurity.NONE);
        kafka.format(node, clusterId);
        kafka.startBroker(node);
        return kafka;
    }

    /** One broker on any free port with a login; its data stays in the directory. */
    static EmbeddedKafka start(Path directory, ListenerSecurity security) {
        return started(new EmbeddedKafka(directory, false, ClusterPorts.any(1, 1), Map.of(), security));
    }

    private static EmbeddedKafka started(EmbeddedKafka kafka) {
        String clusterId = Uuid.randomUuid().toString();
        for (int node = 1; node <= kafka.brokerPorts.size(); node++) {
            kafka.format(node, clusterId);
        }
        for (int node = 1; node <= kafka.brokerPorts.size(); node++) {
            kafka.startBroker(node);
        }
        return kafka;
    }

    public String bootstrapServers() {
        return bootstrapServers(brokerPorts);
    }

    static String bootstrapServers(List<Integer> brokerPorts) {
        return brokerPorts.stream().map(port -> HOST + ":" + port).collect(Collectors.joining(","));
    }

    /** @param node from 1 */
    public void startBroker(int node) {
        KafkaRaftServer server = new KafkaRaftServer(config(node), Time.SYSTEM);
        server.startup();
        running.put(node, server);
    }

    /** Stops a node in an orderly way; its data stays. Does nothing if it is stopped already. */
    public void stopBroker(int node) {
        KafkaRaftServer server = running.remove(node);
        if (server != null) {
            server.shutdown();
            server.awaitShutdown();
        }
    }

    private void format(int node, String clusterId) {
        try {
            Path data = dataDirectory(node);
            Files.createDirectories(data);
            if (Files.exists(data.resolve("meta.properties"))) {
                return;
            }
            new Formatter()
                    .setClusterId(clusterId)
                    .setNodeId(node)
                    .addDirectory(data.toString())
                    .setMetadataLogDirectory(data.toString())
                    .setControllerListenerName("CONTROLLER")
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    .setScramArguments(security.scramUsers())
                    .setPrintStream(new java.io.PrintStream(
                            java.io.OutputStream.nullOutputStream(), false, java.nio.charset.StandardCharsets.UTF_8))
                    .run();
        } catch (Exception e) {
            throw new IllegalStateException("cannot format the data directory of Kafka node " + node, e);
        }
    }

    private KafkaConfig config(int node) {
        boolean controller = node <= controllerPorts.size();
        String listener = security.protocol() + "://" + HOST + ":" + brokerPorts.get(node - 1);
        int replication = Math.min(3, brokerPorts.size());
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "node.id",
                String.valueOf(node),
                "process.roles",
                controller ? "broker,controller" : "broker",
                "listeners",
                controller ? listener + ",CONTROLLER://" + HOST + ":" + controllerPorts.get(node - 1) : listener,
                "advertised.listeners",
                listener,
                "controller.listener.names",
                "CONTROLLER",
                "controller.quorum.voters",
                IntStream.rangeClosed(1, controllerPorts.size())
                        .mapToObj(voter -> voter + "@" + HOST + ":" + controllerPorts.get(voter - 1))
                        .collect(Collectors.joining(",")),
                "listener.security.protocol.map",
                security.protocolMap(),
                "log.dirs",
                dataDirectory(node).toString()));
        properties.putAll(Map.of(
                "auto.create.topics.enable", "false",
                "offsets.topic.replication.factor", String.valueOf(replication),
                "offsets.topic.num.partitions", "4",
                "transaction.state.log.replication.factor", String.valueOf(replication),
                "transaction.state.log.min.isr", String.valueOf(Math.max(1, replication - 1)),
                "transaction.state.log.num.partitions", "4",
                "group.initial.rebalance.delay.ms", "0",
                // One JVM contains clients and brokers: 128 MiB of cleaner buffer would be most of its heap.
                "log.cleaner.dedupe.buffer.size", "2097152"));
        properties.putAll(security.config());
        properties.putAll(extraConfig);
        return new KafkaConfig(properties, false);
    }

    private Path dataDirectory(int node) {
        return directory.resolve("node-" + node);
    }

    @Override
    public void close() {
        // Stop brokers before the controller: a broker deregisters with it.
        for (int node = brokerPorts.size(); node >= 1; node--) {
            stopBroker(node);
        }
        if (temporary) {
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
