package io.webhookmemory.service.kafka;

import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.wire.CommitNote;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Reads the lag of the pipeline's consumer groups from Kafka. Thread-safe. */
public final class Lag {
    private static final long TIMEOUT_MILLIS = 4_000;

    private final Admin admin;
    private final Map<String, List<String>> topicsByGroup;

    public Lag(Admin admin, CatalogueSettings catalogue) {
        this.admin = admin;
        List<String> sinkTopics = new ArrayList<>(Topics.ofModules(catalogue.modules()));
        sinkTopics.addAll(Topics.retries(catalogue.retryTiers()));
        this.topicsByGroup =
                Map.of(Topics.PROCESSOR_GROUP, List.of(Topics.WEBHOOKS), Topics.SINK_GROUP, List.copyOf(sinkTopics));
    }

    public Set<String> groups() {
        return topicsByGroup.keySet();
    }

    /**
     * The lag of each group, as an upper bound in events; see {@link CommitNote}.
     *
     * @throws ExecutionException if Kafka responds with an error
     * @throws TimeoutException if Kafka does not respond
     */
    public Map<String, Long> byGroup() throws ExecutionException, TimeoutException, InterruptedException {
        Map<String, Long> lags = new HashMap<>();
        for (Map.Entry<String, List<String>> group : topicsByGroup.entrySet()) {
            lags.put(group.getKey(), lag(group.getKey(), group.getValue()));
        }
        return lags;
    }

    private long lag(String group, List<String> topics)
            throws ExecutionException, TimeoutException, InterruptedException {
        List<TopicPartition> partitions = new ArrayList<>();
        for (TopicDescription topic :
                await(admin.describeTopics(topics).allTopicNames()).values()) {
            topic.partitions().forEach(info -> partitions.add(new TopicPartition(topic.name(), info.partition())));
        }
        Map<TopicPartition, OffsetAndMetadata> committed =
                await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        Map<TopicPartition, ListOffsetsResultInfo> ends = offsets(partitions, OffsetSpec.latest());
        Map<TopicPartition, ListOffsetsResultInfo> beginnings = offsets(partitions, OffsetSpec.earliest());
        return partitions.stream()
                .mapToLong(partition -> waiting(
                        Optional.ofNullable(committed.get(partition)),
                        beginnings.get(partition).offset(),
                        ends.get(partition).offset()))
                .sum();
    }

    /**
     * A committed position beyond the end means that the topic was deleted and created again, or lost its last records. The
     * group has then read no record of the topic, so its lag is the whole topic. A lag of 0 would hide that.
     */
    private static long waiting(Optional<OffsetAndMetadata> committed, long beginning, long end) {
        return committed
                .filter(position -> position.offset() <= end)
                .map(position -> CommitNote.waiting(position.offset(), position.metadata(), end))
                .orElse(end - beginning);
    }

    private Map<TopicPartition, ListOffsetsResultInfo> offsets(List<TopicPartition> partitions, OffsetSpec spec)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        partitions.forEach(partition -> wanted.put(partition, spec));
        return await(admin.listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all());
    }

    private static <T> T await(KafkaFuture<T> future)
            throws ExecutionException, TimeoutException, InterruptedException {
        return future.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }
}
