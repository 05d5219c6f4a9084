package io.webhookmemory.admin.audit;

import io.webhookmemory.admin.deadletter.DeadLetter;
import io.webhookmemory.admin.deadletter.DeadLetterTopic;
import io.webhookmemory.admin.deadletter.Handled;
import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.service.kafka.AdminCalls;
import io.webhookmemory.service.kafka.Clients;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.kafka.OffsetRange;
import io.webhookmemory.service.kafka.OffsetRanges;
import io.webhookmemory.service.kafka.RangeReader;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.CognifyRequest;
import io.webhookmemory.topics.wire.JsonSerde;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Finds datasets whose graphs were requested and not built: requests that the memory-sink has not finished, and dead
 * letters. Cognee cannot tell whether a graph contains a document, so a graph that Cognee lost is not found.
 */
final class GraphSide {
    private static final JsonSerde<CognifyRequest> REQUESTS = JsonSerde.cognifyRequest();

    private final KafkaSettings kafka;
    private final StopSignal stop;

    GraphSide(KafkaSettings kafka, StopSignal stop) {
        this.kafka = kafka;
        this.stop = stop;
    }

    /**
     * One finding for each dataset whose graph is not built.
     *
     * @param cutoff later requests may still be on their way
     * @param datasets those to look for
     */
    List<Finding> unbuilt(Instant cutoff, Predicate<String> datasets) {
        SortedMap<String, String> reasons = new TreeMap<>();
        waiting().forEach((dataset, since) -> {
            if (since.isBefore(cutoff)) {
                reasons.put(dataset, "requested at " + since + ", and not built");
            }
        });
        reasons.putAll(deadLettered());
        List<Finding> findings = new ArrayList<>();
        reasons.forEach((dataset, detail) -> {
            if (datasets.test(dataset)) {
                findings.add(new Finding(Drift.NO_GRAPH, null, null, dataset, detail));
            }
        });
        return findings;
    }

    /** The oldest unfinished request of each dataset. */
    private Map<String, Instant> waiting() {
        Map<String, Instant> waiting = new HashMap<>();
        try (AdminCalls calls = AdminCalls.open(kafka);
                KafkaConsumer<byte[], byte[]> consumer = Clients.consumer(kafka)) {
            Map<TopicPartition, OffsetAndMetadata> finished = calls.await(
                    calls.admin().listConsumerGroupOffsets(Topics.COGNIFY_GROUP).partitionsToOffsetAndMetadata());
            Map<TopicPartition, OffsetRange> ranges = new HashMap<>();
            OffsetRanges.since(consumer, Topics.COGNIFY, Optional.empty()).forEach((partition, range) -> {
                OffsetAndMetadata position = finished.get(partition);
                long from = position == null ? range.from() : Math.max(range.from(), position.offset());
                ranges.put(partition, new OffsetRange(Math.min(from, range.to()), range.to()));
            });
            new RangeReader(consumer, stop::isAsked, () -> KafkaProblem.requireReachable(kafka))
                    .read(
                            ranges,
                            record -> request(record.value())
                                    .ifPresent(request -> waiting.merge(
                                            request.dataset(),
                                            request.requestedAt(),
                                            (one, other) -> one.isBefore(other) ? one : other)));
        }
        return waiting;
    }

    private static Optional<CognifyRequest> request(byte[] value) {
        try {
            return Optional.ofNullable(value)
                    .map(REQUESTS::fromBytes)
                    .filter(request -> request.dataset() != null && request.requestedAt() != null);
        } catch (SerializationException e) {
            return Optional.empty();
        }
    }

    private Map<String, String> deadLettered() {
        Map<String, String> reasons = new HashMap<>();
        try (DeadLetterTopic topic = new DeadLetterTopic(kafka, stop)) {
            Map<String, Handled> handled = topic.handled();
            topic.deadLetters(Optional.empty(), deadLetter -> {
                if (deadLetter.content() instanceof DeadLetter.Content.DatasetJob job
                        && !handled.containsKey(deadLetter.id())) {
                    reasons.put(job.request().dataset(), "dead letter " + deadLetter.id() + ", " + deadLetter.reason());
                }
            });
        }
        return reasons;
    }
}
