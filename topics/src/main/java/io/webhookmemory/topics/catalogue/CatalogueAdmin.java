package io.webhookmemory.topics.catalogue;

import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.lifecycle.StartupException;
import io.webhookmemory.topics.transfer.Clients;
import io.webhookmemory.topics.transfer.KafkaProblem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Compares the catalogue with a cluster and brings the cluster up to it. */
public final class CatalogueAdmin implements AutoCloseable {
    private static final Duration SETTLING = Duration.ofMillis(50);

    private final KafkaSettings kafka;
    private final Admin admin;
    private final TopicCatalogue catalogue;

    public CatalogueAdmin(KafkaSettings kafka, TopicCatalogue catalogue) {
        this.kafka = kafka;
        this.catalogue = catalogue;
        try {
            this.admin = Clients.admin(kafka);
        } catch (KafkaException e) {
            throw new StartupException(KafkaProblem.of(kafka, e).getMessage(), e);
        }
    }

    /**
     * One way in which the cluster is not as the catalogue says.
     *
     * @param mendable whether {@link #apply()} can put it right; partitions cannot be taken away
     */
    public record Difference(String topic, String description, boolean mendable) {
        @Override
        public String toString() {
            return topic + ": " + description;
        }
    }

    /**
     * Refuses to let a service run on a wrong catalogue.
     *
     * @throws StartupException naming every difference, or that Kafka does not answer
     */
    public static void requireCatalogue(KafkaSettings kafka, TopicCatalogue catalogue) {
        try (CatalogueAdmin admin = new CatalogueAdmin(kafka, catalogue)) {
            List<Difference> differences = admin.verify();
            if (!differences.isEmpty()) {
                throw new StartupException("the topics are not as the catalogue says (run \"topics apply\"): "
                        + String.join(
                                "; ",
                                differences.stream().map(Difference::toString).toList()));
            }
        }
    }

    /**
     * @return what differs, nothing if all is well
     * @throws StartupException where Kafka does not answer within ten seconds
     */
    public List<Difference> verify() {
        Map<String, TopicDescription> existing = describe();
        Map<String, Config> configs = configs(existing.keySet());
        List<Difference> differences = new ArrayList<>();
        for (TopicSpec spec : catalogue.topics()) {
            TopicDescription topic = existing.get(spec.name());
            if (topic == null) {
                differences.add(new Difference(spec.name(), "missing", true));
                continue;
            }
            int partitions = topic.partitions().size();
            if (partitions != spec.partitions()) {
                differences.add(new Difference(
                        spec.name(),
                        "has " + partitions + " partitions, not " + spec.partitions(),
                        partitions < spec.partitions()));
            }
            replicas(topic).ifPresent(differences::add);
            changes(spec, configs.get(spec.name()))
                    .forEach((option, value) -> differences.add(new Difference(
                            spec.name(),
                            option + " is " + valueOf(configs.get(spec.name()), option) + ", not " + value,
                            true)));
        }
        return differences;
    }

    /** What a broker does not change by being told: replicas are moved by Kafka's own tool. */
    private Optional<Difference> replicas(TopicDescription topic) {
        int wanted = catalogue.settings().replicationFactor();
        int fewest = CatalogueNotes.fewestReplicas(topic);
        return wanted == 0 || wanted == fewest
                ? Optional.empty()
                : Optional.of(new Difference(topic.name(), "has " + fewest + " replicas, not " + wanted, false));
    }

    /**
     * Creates missing topics, adds missing partitions and sets options that differ. Safe to run at any time and by
     * several at once.
     *
     * @throws StartupException where Kafka does not answer within ten seconds, or refuses
     */
    public Applied apply() {
        Map<String, TopicDescription> existing = describe();
        List<Applied.Change> changes = create(catalogue.topics().stream()
                .filter(spec -> !existing.containsKey(spec.name()))
                .toList());
        Map<String, NewPartitions> wider = new HashMap<>();
        for (TopicSpec spec : catalogue.topics()) {
            TopicDescription topic = existing.get(spec.name());
            if (topic != null && topic.partitions().size() < spec.partitions()) {
                wider.put(spec.name(), NewPartitions.increaseTo(spec.partitions()));
                changes.add(new Applied.Change(
                        spec.name(),
                        Applied.Change.WIDENED,
                        "widened from " + topic.partitions().size() + " to " + spec.partitions() + " partitions"));
            }
        }
        await(admin.createPartitions(wider).all());
        changes.addAll(setOptions(existing.keySet()));
        List<Difference> differing = settled();
        if (!changes.isEmpty()) {
            awaitLeaders();
        }
        return new Applied(changes, differing, notes());
    }

    /**
     * Returns when a leader answers for every partition. A broker that has heard of a new partition may refuse a producer's
     * first batch for it and take the second, which no producer can put right.
     */
    private void awaitLeaders() {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        describe()
                .forEach((name, topic) -> topic.partitions()
                        .forEach(partition ->
                                ends.put(new TopicPartition(name, partition.partition()), OffsetSpec.latest())));
        await(admin.listOffsets(ends).all());
    }

    /** What differs once every broker has heard of the changes. */
    private List<Difference> settled() {
        long deadline = System.nanoTime() + Clients.ADMIN_LIMIT.toNanos();
        List<Difference> differences = verify();
        while (differences.stream().anyMatch(Difference::mendable) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(SETTLING.toNanos());
            differences = verify();
        }
        return differences;
    }

    /** What is no difference, and yet may not be what the operator wants. */
    public List<String> notes() {
        return new CatalogueNotes(catalogue.settings(), brokers(), strandedRetries())
                .of(describe().values());
    }

    private List<String> strandedRetries() {
        try {
            return StrandedRetries.of(admin, catalogue.settings().retryTiers());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted while waiting for Kafka", e);
        } catch (ExecutionException | TimeoutException e) {
            // Such as for want of the right to look at the memory-sink's group, which nothing else here needs.
            return List.of();
        }
    }

    private int brokers() {
        return await(admin.describeCluster().nodes()).size();
    }

    private List<Applied.Change> create(List<TopicSpec> missing) {
        List<Applied.Change> changes = new ArrayList<>();
        if (missing.isEmpty()) {
            return changes;
        }
        int replication = catalogue.settings().replicasOn(brokers());
        String minInsync = String.valueOf(Math.max(1, replication - 1));
        List<NewTopic> topics = missing.stream()
                .map(spec -> {
                    Map<String, String> config = new HashMap<>(spec.config());
                    config.putIfAbsent("min.insync.replicas", minInsync);
                    return new NewTopic(spec.name(), spec.partitions(), (short) replication).configs(config);
                })
                .toList();
        Map<String, KafkaFuture<Void>> created = admin.createTopics(topics).values();
        missing.forEach(spec -> {
            try {
                await(created.get(spec.name()));
                changes.add(new Applied.Change(
                        spec.name(),
                        Applied.Change.CREATED,
                        "created with " + spec.partitions() + " partitions, " + replicas(replication)));
            } catch (TopicExistsException e) {
                // Another "apply" was faster.
            }
        });
        return changes;
    }

    private static String replicas(int count) {
        return count + (count == 1 ? " replica" : " replicas");
    }

    private List<Applied.Change> setOptions(Set<String> topics) {
        List<Applied.Change> done = new ArrayList<>();
        Map<String, Config> configs = configs(topics);
        Map<ConfigResource, Collection<AlterConfigOp>> operations = new HashMap<>();
        for (TopicSpec spec : catalogue.topics()) {
            if (configs.containsKey(spec.name())) {
                List<AlterConfigOp> changes = new ArrayList<>();
                changes(spec, configs.get(spec.name())).forEach((option, value) -> {
                    changes.add(new AlterConfigOp(new ConfigEntry(option, value), AlterConfigOp.OpType.SET));
                    done.add(new Applied.Change(spec.name(), Applied.Change.CONFIGURED, option + " set to " + value));
                });
                if (!changes.isEmpty()) {
                    operations.put(new ConfigResource(ConfigResource.Type.TOPIC, spec.name()), changes);
                }
            }
        }
        await(admin.incrementalAlterConfigs(operations).all());
        return done;
    }

    private Map<String, TopicDescription> describe() {
        // Asked for by name: a listing leaves out what this login may not see, which is not the same as missing.
        Map<String, TopicDescription> existing = new HashMap<>();
        admin.describeTopics(catalogue.topics().stream().map(TopicSpec::name).toList())
                .topicNameValues()
                .forEach((name, future) -> {
                    try {
                        existing.put(name, await(future));
                    } catch (UnknownTopicOrPartitionException e) {
                        // Not in the map: missing.
                    }
                });
        return existing;
    }

    private Map<String, Config> configs(Set<String> topics) {
        List<ConfigResource> resources = topics.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        Map<String, Config> byName = new HashMap<>();
        await(admin.describeConfigs(resources).all())
                .forEach((resource, config) -> byName.put(resource.name(), config));
        return byName;
    }

    private static Map<String, String> changes(TopicSpec spec, Config actual) {
        Map<String, String> changes = new HashMap<>();
        spec.config().forEach((option, value) -> {
            if (!value.equals(valueOf(actual, option))) {
                changes.put(option, value);
            }
        });
        return changes;
    }

    private static String valueOf(Config config, String option) {
        return Optional.ofNullable(config)
                .map(c -> c.get(option))
                .map(ConfigEntry::value)
                .orElse(null);
    }

    /** @throws UnknownTopicOrPartitionException and TopicExistsException as they are, for the callers that expect them */
    private <T> T await(KafkaFuture<T> future) {
        try {
            return future.get(Clients.ADMIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted while waiting for Kafka", e);
        } catch (ExecutionException | TimeoutException e) {
            if (e.getCause() instanceof TopicExistsException exists) {
                throw exists;
            }
            if (e.getCause() instanceof UnknownTopicOrPartitionException unknown) {
                throw unknown;
            }
            throw new StartupException(KafkaProblem.of(kafka, e).getMessage(), e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
