package io.webhookmemory.admin.audit;

import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.service.kafka.AdminCalls;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.topics.catalogue.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Waits for events that are on their way. A record's events have its partition number on every topic, so one partition
 * that is behind says nothing of the records of another.
 */
final class PipelinePositions implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);

    private final AdminCalls calls;
    private final List<String> sinkTopics;
    private final StopSignal stop;

    PipelinePositions(KafkaSettings kafka, CatalogueSettings catalogue, StopSignal stop) {
        this.calls = AdminCalls.open(kafka);
        this.stop = stop;
        this.sinkTopics = new ArrayList<>(Topics.ofModules(catalogue.modules()));
        sinkTopics.addAll(Topics.retries(catalogue.retryTiers()));
    }

    /**
     * Waits until the pipeline has processed everything that was written before this call.
     *
     * @param limit the longest wait
     * @return the partition numbers whose events are still on their way
     */
    Set<Integer> awaitProcessed(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        Set<Integer> behind = awaitProcessed(Topics.PROCESSOR_GROUP, List.of(Topics.WEBHOOKS, Topics.LINKS), end);
        behind.addAll(awaitProcessed(Topics.SINK_GROUP, sinkTopics, end));
        return behind;
    }

    private Set<Integer> awaitProcessed(String group, List<String> topics, long end) {
        Map<TopicPartition, Long> open = written(topics);
        while (true) {
            removeProcessed(group, open);
            if (open.isEmpty() || stop.isAsked() || System.nanoTime() - end > 0) {
                return open.keySet().stream()
                        .map(TopicPartition::partition)
                        .collect(Collectors.toCollection(HashSet::new));
            }
            stop.pause(POLL);
        }
    }

    private void removeProcessed(String group, Map<TopicPartition, Long> open) {
        Map<TopicPartition, OffsetAndMetadata> committed =
                calls.await(calls.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        open.entrySet().removeIf(partition -> {
            OffsetAndMetadata position = committed.get(partition.getKey());
            return position != null && position.offset() >= partition.getValue();
        });
    }

    /** The ends of the partitions that hold records. */
    private Map<TopicPartition, Long> written(List<String> topics) {
        List<TopicPartition> partitions =
                calls.await(calls.admin().describeTopics(topics).allTopicNames()).values().stream()
                        .flatMap(topic -> topic.partitions().stream()
                                .map(info -> new TopicPartition(topic.name(), info.partition())))
                        .toList();
        Map<TopicPartition, ListOffsetsResultInfo> beginnings = offsets(partitions, OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = new HashMap<>();
        offsets(partitions, OffsetSpec.latest()).forEach((partition, end) -> {
            if (end.offset() > beginnings.get(partition).offset()) {
                ends.put(partition, end.offset());
            }
        });
        return ends;
    }

    private Map<TopicPartition, ListOffsetsResultInfo> offsets(Collection<TopicPartition> partitions, OffsetSpec spec) {
        return calls.await(calls.admin()
                .listOffsets(
                        partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> spec)),
                        new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all());
    }

    @Override
    public void close() {
        calls.close();
    }
}
