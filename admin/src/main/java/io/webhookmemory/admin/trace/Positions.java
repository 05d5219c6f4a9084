package io.webhookmemory.admin.trace;

import io.webhookmemory.service.kafka.Clients;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.topics.catalogue.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How far the stream-processor and the memory-sink have come: their committed offsets. Taken before anything is read, so
 * that whatever was committed by then is also visible to the reader.
 */
record Positions(Map<TopicPartition, Long> processor, Map<TopicPartition, Long> sink) {
    static final String PROCESSOR = Topics.PROCESSOR_GROUP;
    static final String SINK = Topics.SINK_GROUP;

    Positions {
        processor = Map.copyOf(processor);
        sink = Map.copyOf(sink);
    }

    boolean isProcessed(Place place) {
        return processor.getOrDefault(place.topicPartition(), 0L) > place.offset();
    }

    boolean isFinishedBySink(Place place) {
        return sink.getOrDefault(place.topicPartition(), 0L) > place.offset();
    }

    /** Offsets between the committed position of the service that reads the topic and the place. */
    long behind(Place place) {
        Map<TopicPartition, Long> group = place.topic().equals(Topics.WEBHOOKS) ? processor : sink;
        return Math.max(0, place.offset() - group.getOrDefault(place.topicPartition(), 0L));
    }

    /**
     * Asks Kafka.
     *
     * @throws KafkaProblem if Kafka does not respond, or denies a right
     */
    static Positions read(KafkaSettings kafka) {
        try (Admin admin = Clients.admin(kafka)) {
            return new Positions(committed(kafka, admin, PROCESSOR), committed(kafka, admin, SINK));
        }
    }

    private static Map<TopicPartition, Long> committed(KafkaSettings kafka, Admin admin, String group) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        try {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(Clients.ADMIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            committed.forEach((partition, position) -> {
                if (position != null) {
                    offsets.put(partition, position.offset());
                }
            });
            return offsets;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw KafkaProblem.of(kafka, e);
        } catch (ExecutionException | TimeoutException e) {
            throw KafkaProblem.of(kafka, e);
        }
    }
}
