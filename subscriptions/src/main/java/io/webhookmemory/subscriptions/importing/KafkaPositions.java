package io.webhookmemory.subscriptions.importing;

import io.webhookmemory.service.kafka.Clients;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.topics.catalogue.Topics;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Positions in the metadata of committed offsets, in a group for each module, so that imports of different modules can run
 * side by side. A broker keeps them for {@code offsets.retention.minutes} (7 days by default) after the last commit. Every
 * call may throw a {@link KafkaProblem}. Thread-safe.
 */
public final class KafkaPositions implements Positions, AutoCloseable {
    private static final TopicPartition PARTITION = new TopicPartition(Topics.WEBHOOKS, 0);

    private final KafkaSettings kafka;
    private final Admin admin;

    public KafkaPositions(KafkaSettings kafka) {
        this.kafka = kafka;
        this.admin = Clients.admin(kafka);
    }

    @Override
    public Optional<ModulePosition> of(String module) {
        return Optional.ofNullable(
                        await(admin.listConsumerGroupOffsets(group(module)).partitionsToOffsetAndMetadata())
                                .get(PARTITION))
                .flatMap(committed -> ModulePosition.fromJson(committed.metadata()));
    }

    @Override
    public void keep(String module, ModulePosition position) {
        // The end of the partition: nothing is read from it, and the group shows no lag for now.
        long end = await(admin.listOffsets(Map.of(PARTITION, OffsetSpec.latest()))
                        .all())
                .get(PARTITION)
                .offset();
        await(admin.alterConsumerGroupOffsets(
                        group(module), Map.of(PARTITION, new OffsetAndMetadata(end, position.toJson())))
                .all());
    }

    static String group(String module) {
        return Topics.IMPORT_GROUP_PREFIX + module;
    }

    private <T> T await(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw KafkaProblem.of(kafka, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
