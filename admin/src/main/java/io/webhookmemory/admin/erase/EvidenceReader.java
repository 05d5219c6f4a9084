package io.webhookmemory.admin.erase;

import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.service.kafka.Clients;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.kafka.OffsetRange;
import io.webhookmemory.service.kafka.OffsetRanges;
import io.webhookmemory.service.kafka.RangeReader;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.topics.catalogue.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Reads what the topics have of one record, and then what is new: the partition of the record's key of each topic, and
 * all of the rejected topic, because rejected webhooks have no key. Not thread-safe.
 */
final class EvidenceReader implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final RangeReader reader;
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final Evidence evidence;

    EvidenceReader(KafkaSettings kafka, CatalogueSettings catalogue, String recordId, StopSignal stop) {
        this.consumer = Clients.consumer(kafka);
        this.reader = new RangeReader(consumer, stop::isAsked, () -> KafkaProblem.requireReachable(kafka));
        this.evidence = new Evidence(recordId);
        byte[] key = recordId.getBytes(StandardCharsets.UTF_8);
        List<String> topics = new ArrayList<>(List.of(Topics.WEBHOOKS, Topics.DLT, Topics.DIRECTORY));
        topics.addAll(Topics.ofModules(catalogue.modules()));
        topics.addAll(Topics.retries(catalogue.retryTiers()));
        topics.forEach(topic -> partitions.add(Clients.partition(consumer, topic, key)));
        partitions.addAll(Clients.partitions(consumer, Topics.REJECTED));
        try {
            partitions.add(Clients.partition(consumer, Topics.RECORDS_CHANGELOG, key));
        } catch (UnknownTopicOrPartitionException e) {
            // The stream-processor creates it when it starts for the first time.
        }
    }

    /** Reads to the present ends, and returns all that was read so far. */
    Evidence read() {
        Map<TopicPartition, OffsetRange> ranges =
                new HashMap<>(OffsetRanges.since(consumer, partitions, Optional.empty()));
        ranges.replaceAll((partition, range) ->
                new OffsetRange(Math.max(range.from(), next.getOrDefault(partition, 0L)), range.to()));
        reader.read(ranges, evidence::add);
        ranges.forEach((partition, range) -> next.put(partition, range.to()));
        return evidence;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
