package io.webhookmemory.admin.catalogue;

import io.webhookmemory.service.kafka.Clients;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.topics.catalogue.Topics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Retry topics above the configured number of retries. No sink reads them, so records there would wait forever. */
final class StrandedRetries {
    private StrandedRetries() {}

    /** The retry topics among them with records that the memory-sink has not read. */
    static List<String> of(Admin admin, int tiers) throws ExecutionException, InterruptedException, TimeoutException {
        List<String> names = IntStream.rangeClosed(tiers + 1, CatalogueSettings.MAX_RETRY_TIERS)
                .mapToObj(Topics::retry)
                .toList();
        List<String> existing = get(admin.listTopics().names()).stream()
                .filter(names::contains)
                .sorted()
                .toList();
        if (existing.isEmpty()) {
            return existing;
        }
        List<TopicPartition> partitions = get(admin.describeTopics(existing).allTopicNames()).values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
        Map<TopicPartition, ListOffsetsResultInfo> begins = offsets(admin, partitions, OffsetSpec.earliest());
        Map<TopicPartition, ListOffsetsResultInfo> ends = offsets(admin, partitions, OffsetSpec.latest());
        Map<TopicPartition, OffsetAndMetadata> read =
                get(admin.listConsumerGroupOffsets(Topics.SINK_GROUP).partitionsToOffsetAndMetadata());
        return partitions.stream()
                .filter(partition -> ends.get(partition).offset()
                        > Math.max(
                                begins.get(partition).offset(),
                                read.get(partition) == null
                                        ? 0
                                        : read.get(partition).offset()))
                .map(TopicPartition::topic)
                .distinct()
                .toList();
    }

    private static Map<TopicPartition, ListOffsetsResultInfo> offsets(
            Admin admin, List<TopicPartition> partitions, OffsetSpec which)
            throws ExecutionException, InterruptedException, TimeoutException {
        return get(admin.listOffsets(
                        partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> which)))
                .all());
    }

    private static <T> T get(KafkaFuture<T> future) throws ExecutionException, InterruptedException, TimeoutException {
        return future.get(Clients.ADMIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }
}
