package io.webhookmemory.admin.trace;

import io.webhookmemory.topics.catalogue.Topics;
import java.util.Map;
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
}
