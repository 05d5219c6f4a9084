package io.webhookmemory.bench;

import io.webhookmemory.testkit.redis.EmbeddedRedis;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** A service that can have several instances, each a process of its own, on three brokers in another process. */
abstract class ScaleParts extends Parts {
    static final String PROCESSES =
            "three brokers (replication 3, min ISR 2) in one process, Redis and each instance a process of its own,"
                    + " load generator and Cognee double in another";

    private static final String BROKERS = "3";
    /** Throughput is what the optimizing compiler is for. */
    private static final List<String> ALL_COMPILERS = List.of("-XX:TieredStopAtLevel=4");

    private final ChildProcess cluster =
            closing(ChildProcess.start("cluster", ClusterProcess.class, List.of("-Xmx1g"), Map.of(), BROKERS));
    private final String bootstrapServers = cluster.hear();
    private final EmbeddedRedis redis = closing(EmbeddedRedis.start());
    private final Admin admin = closing(Admin.create(Map.of("bootstrap.servers", bootstrapServers)));

    ScaleParts() {
        applyCatalogue(Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers));
    }

    final String bootstrapServers() {
        return bootstrapServers;
    }

    /** What the three brokers have used so far, in nanoseconds of processor time. */
    final long brokerNanos() {
        return ChildProcess.processorNanos(List.of(cluster));
    }

    final int partitions() {
        return CatalogueSettings.DEFAULT_PARTITIONS;
    }

    /** Starts an instance and waits until it is ready; the same number gives it the same name and place again. */
    abstract Service start(int number);

    final Service start(
            String name, int number, Class<?> main, String managementPort, Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
        all.put("REDIS_PORT", String.valueOf(redis.port()));
        all.put("INSTANCE_ID", name + "-" + number);
        return startService(name + "-" + number, main, managementPort, all, ALL_COMPILERS);
    }

    /** What the JIT compilers need before {@link #throughput}, at the same instances. */
    abstract void warmUp(List<Service> instances);

    /** How fast so many events are processed, and what each costs these instances, which are all that run. */
    abstract Backlog.Pace throughput(int events, List<Service> instances) throws Exception;

    /** Where a load at a fixed rate goes. Not while {@link #throughput} runs. */
    abstract SteadyLoad.Sender sender();

    /** The output of that load, observed until it is closed. */
    abstract AutoCloseable observe(Gaps gaps);

    /** Whether so many instances have a part of the work. */
    abstract boolean isShared(int instances);

    /** @return whether as many members of the group have partitions */
    final boolean isShared(String group, int members) {
        return admin
                        .describeConsumerGroups(List.of(group))
                        .describedGroups()
                        .get(group)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join()
                        .members()
                        .stream()
                        .filter(member -> !member.assignment().topicPartitions().isEmpty())
                        .count()
                == members;
    }

    static List<ChildProcess> processes(List<Service> instances) {
        return instances.stream().map(Service::process).toList();
    }
}
