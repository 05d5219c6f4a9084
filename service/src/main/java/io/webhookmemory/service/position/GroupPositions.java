package io.webhookmemory.service.position;

import io.webhookmemory.service.kafka.Clients;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.lifecycle.StartupException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The committed positions of consumer groups, compared with their logs. A position beyond the end of its log means that
 * the topic was deleted and created again, or that the log was truncated. The Kafka client then continues at the end of
 * the log, so that the records written in between would never be processed.
 */
final class GroupPositions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupPositions.class);

    private final Map<String, List<String>> topicsByGroup;
    private final Admin admin;

    /** A committed position beyond the end of its log. */
    record Stale(String group, TopicPartition partition, long committed, long end) {}

    GroupPositions(KafkaSettings kafka, Map<String, List<String>> topicsByGroup) {
        this.topicsByGroup = Map.copyOf(topicsByGroup);
        this.admin = Clients.admin(kafka);
    }

    /**
     * Moves positions beyond the end of their log to its beginning.
     *
     * @throws StartupException if the group has running members: Kafka then refuses to move positions
     */
    void rewind(String group, List<Stale> stale) throws InterruptedException, TimeoutException {
        try {
            rewind(group, stale.stream().map(Stale::partition).collect(Collectors.toSet()));
        } catch (ExecutionException e) {
            throw new StartupException(
                    "group " + group + " has positions beyond the end of their topics, which were deleted and created"
                            + " again: " + stale + "; stop all instances of the group and start again, which"
                            + " moves them to the beginning (Kafka refused now: "
                            + e.getCause().getMessage() + ")",
                    e);
        }
        stale.forEach(position -> LOG.atWarn()
                .addKeyValue("group", group)
                .addKeyValue("partition", position.partition())
                .addKeyValue("committed", position.committed())
                .addKeyValue("end", position.end())
                .log("position was beyond the end of the log and is moved to its beginning:"
                        + " the topic was deleted and created again"));
    }

    /** The positions beyond the end of their log. */
    List<Stale> stale() throws ExecutionException, InterruptedException, TimeoutException {
        List<Stale> stale = new ArrayList<>();
        for (Map.Entry<String, List<String>> group : topicsByGroup.entrySet()) {
            Map<TopicPartition, Long> committed = committed(group.getKey(), group.getValue());
            Map<TopicPartition, ListOffsetsResultInfo> ends = offsets(committed.keySet(), OffsetSpec.latest());
            committed.forEach((partition, position) -> {
                long end = ends.get(partition).offset();
                if (position > end) {
                    stale.add(new Stale(group.getKey(), partition, position, end));
                }
            });
        }
        return stale;
    }

    private Map<TopicPartition, Long> committed(String group, List<String> topics)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, Long> committed = new HashMap<>();
        try {
            await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                    .forEach((partition, position) -> {
                        if (position != null && topics.contains(partition.topic())) {
                            committed.put(partition, position.offset());
                        }
                    });
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                throw e;
            }
        }
        return committed;
    }

    /** Kafka's topic ids: a topic that was deleted and created again has another one. */
    Map<String, Uuid> topicIds() throws ExecutionException, InterruptedException, TimeoutException {
        Set<String> topics =
                topicsByGroup.values().stream().flatMap(List::stream).collect(Collectors.toSet());
        return await(admin.describeTopics(topics).allTopicNames()).values().stream()
                .collect(Collectors.toMap(TopicDescription::name, TopicDescription::topicId));
    }

    /** Moves all positions in these topics to the beginning of the logs; Kafka refuses while the group has members. */
    void rewindTopics(Collection<String> topics) throws ExecutionException, InterruptedException, TimeoutException {
        for (Map.Entry<String, List<String>> group : topicsByGroup.entrySet()) {
            Set<TopicPartition> partitions = committed(group.getKey(), group.getValue()).keySet().stream()
                    .filter(partition -> topics.contains(partition.topic()))
                    .collect(Collectors.toSet());
            rewind(group.getKey(), partitions);
        }
    }

    private void rewind(String group, Set<TopicPartition> partitions)
            throws ExecutionException, InterruptedException, TimeoutException {
        if (partitions.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> beginnings = new HashMap<>();
        offsets(partitions, OffsetSpec.earliest())
                .forEach((partition, offset) -> beginnings.put(partition, new OffsetAndMetadata(offset.offset())));
        await(admin.alterConsumerGroupOffsets(group, beginnings).all());
    }

    private Map<TopicPartition, ListOffsetsResultInfo> offsets(Set<TopicPartition> partitions, OffsetSpec spec)
            throws ExecutionException, InterruptedException, TimeoutException {
        return await(admin.listOffsets(
                        partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> spec)))
                .all());
    }

    private static <T> T await(KafkaFuture<T> future)
            throws ExecutionException, InterruptedException, TimeoutException {
        return future.get(Clients.ADMIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
