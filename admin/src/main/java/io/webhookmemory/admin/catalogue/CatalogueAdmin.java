package io.webhookmemory.admin.catalogue;

import io.webhookmemory.service.catalogue.CatalogueCheck;
import io.webhookmemory.service.catalogue.Comparison;
import io.webhookmemory.service.catalogue.Difference;
import io.webhookmemory.service.kafka.AdminCalls;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.lifecycle.StartupException;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.topics.catalogue.TopicSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.TopicExistsException;

/** Compares a cluster with the catalogue and applies the catalogue to it. */
public final class CatalogueAdmin implements AutoCloseable {
    private static final Duration SETTLING = Duration.ofMillis(50);
    private static final Duration SETTLED_LIMIT = Duration.ofSeconds(8);

    private final AdminCalls calls;
    private final Admin admin;
    private final CatalogueCheck check;
    private final TopicCatalogue catalogue;

    /** @throws StartupException if the settings are not valid for a client */
    public CatalogueAdmin(KafkaSettings kafka, TopicCatalogue catalogue) {
        this.calls = AdminCalls.open(kafka);
        this.admin = calls.admin();
        this.check = new CatalogueCheck(calls, catalogue);
        this.catalogue = catalogue;
    }

    /**
     * @return the differences; empty if all is well
     * @throws StartupException if Kafka does not respond
     */
    public List<Difference> verify() {
        return check.compare().differences();
    }

    /**
     * Creates missing topics, adds missing partitions and sets options that differ. Safe to run at any time and
     * concurrently.
     *
     * @throws StartupException if Kafka does not respond, or refuses
     */
    public Applied apply() {
        Comparison before = check.compare();
        List<Applied.Change> changes = create(
                catalogue.topics().stream().filter(spec -> !before.has(spec)).toList());
        changes.addAll(widen(before));
        changes.addAll(setOptions(before));
        List<Difference> differing = settled();
        if (!changes.isEmpty() && differing.stream().noneMatch(Difference::fixable)) {
            awaitLeaders();
        }
        return new Applied(changes, differing, notes());
    }

    /**
     * Returns when every partition has a leader that responds. A broker that has only heard of a new partition may
     * refuse a producer's first batch for it and accept the second, which a producer cannot recover from.
     */
    private void awaitLeaders() {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (TopicSpec spec : catalogue.topics()) {
            for (int partition = 0; partition < spec.partitions(); partition++) {
                ends.put(new TopicPartition(spec.name(), partition), OffsetSpec.latest());
            }
        }
        calls.await(admin.listOffsets(ends).all());
    }

    /** The differences that remain once the brokers know of the changes. */
    private List<Difference> settled() {
        long deadline = System.nanoTime() + SETTLED_LIMIT.toNanos();
        List<Difference> differences = verify();
        while (differences.stream().anyMatch(Difference::fixable) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(SETTLING.toNanos());
            differences = verify();
        }
        return differences;
    }

    /** What is not a difference, but may not be what the operator wants. */
    public List<String> notes() {
        return new CatalogueNotes(catalogue.settings(), brokers(), strandedRetries())
                .of(check.describe().values());
    }

    private List<String> strandedRetries() {
        try {
            return StrandedRetries.of(admin, catalogue.settings().retryTiers());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted while waiting for Kafka", e);
        } catch (ExecutionException | TimeoutException e) {
            // For example, this login lacks the right to describe the memory-sink's group, which only this check needs.
            return List.of();
        }
    }

    private int brokers() {
        return calls.await(admin.describeCluster().nodes()).size();
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
                calls.await(created.get(spec.name()));
                changes.add(new Applied.Change(
                        spec.name(),
                        Applied.Change.CREATED,
                        "created with " + spec.partitions() + " partitions, " + replicas(replication)));
            } catch (TopicExistsException e) {
                // Another "apply" was faster, or the queried broker did not know of the topic.
            }
        });
        return changes;
    }

    private static String replicas(int count) {
        return count + (count == 1 ? " replica" : " replicas");
    }

    private List<Applied.Change> widen(Comparison before) {
        List<Applied.Change> changes = new ArrayList<>();
        List<TopicSpec> narrow =
                catalogue.topics().stream().filter(before::isTooNarrow).toList();
        Map<String, KafkaFuture<Void>> widened = admin.createPartitions(narrow.stream()
                        .collect(
                                Collectors.toMap(TopicSpec::name, spec -> NewPartitions.increaseTo(spec.partitions()))))
                .values();
        narrow.forEach(spec -> {
            try {
                calls.await(widened.get(spec.name()));
                changes.add(new Applied.Change(
                        spec.name(),
                        Applied.Change.WIDENED,
                        "widened from " + before.partitions(spec) + " to " + spec.partitions() + " partitions"));
            } catch (InvalidPartitionsException e) {
                // Another "apply" was faster, or the queried broker did not know of the partitions.
            }
        });
        return changes;
    }

    private List<Applied.Change> setOptions(Comparison before) {
        List<Applied.Change> done = new ArrayList<>();
        Map<ConfigResource, Collection<AlterConfigOp>> operations = new HashMap<>();
        catalogue.topics().stream()
                .filter(before::has)
                .forEach(spec -> before.options(spec).forEach((option, value) -> {
                    operations
                            .computeIfAbsent(configOf(spec.name()), topic -> new ArrayList<>())
                            .add(new AlterConfigOp(new ConfigEntry(option, value), AlterConfigOp.OpType.SET));
                    done.add(new Applied.Change(spec.name(), Applied.Change.CONFIGURED, option + " set to " + value));
                }));
        calls.await(admin.incrementalAlterConfigs(operations).all());
        return done;
    }

    private static ConfigResource configOf(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    @Override
    public void close() {
        calls.close();
    }
}
