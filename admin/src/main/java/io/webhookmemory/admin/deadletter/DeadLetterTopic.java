package io.webhookmemory.admin.deadletter;

import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.service.kafka.Clients;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.kafka.OffsetRange;
import io.webhookmemory.service.kafka.OffsetRanges;
import io.webhookmemory.service.kafka.RangeReader;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.DeadLetterId;
import io.webhookmemory.topics.wire.JsonSerde;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/** Reads the dead letters that exist now, and which of them are handled. Not thread-safe. */
public final class DeadLetterTopic implements AutoCloseable {
    private static final JsonSerde<Handled> HANDLED = JsonSerde.of(Handled.class);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final RangeReader reader;

    /** @param stop once requested, reading stops before the end */
    public DeadLetterTopic(KafkaSettings kafka, StopSignal stop) {
        this.consumer = Clients.consumer(kafka);
        this.reader = new RangeReader(consumer, stop::isAsked, () -> KafkaProblem.requireReachable(kafka));
    }

    /** What was done with the handled dead letters, by dead letter id. */
    public Map<String, Handled> handled() {
        Map<String, Handled> handled = new HashMap<>();
        reader.read(OffsetRanges.since(consumer, Topics.DLT_HANDLED, Optional.empty()), record -> {
            if (record.key() != null && record.value() != null) {
                handled.put(new String(record.key(), StandardCharsets.UTF_8), handled(record.value()));
            }
        });
        return handled;
    }

    /** Reads the value of a record on {@code memory.sync.dlt.handled}. */
    public static Handled handled(byte[] value) {
        try {
            return HANDLED.fromBytes(value);
        } catch (SerializationException e) {
            // Written by another tool: the dead letter is handled, although the value does not say how.
            return new Handled("handled", Instant.EPOCH);
        }
    }

    /** The offsets of the dead letters written since then, up to the present end of each partition. */
    public Map<TopicPartition, OffsetRange> ranges(Optional<Instant> since) {
        return OffsetRanges.since(consumer, Topics.DLT, since);
    }

    /** Passes every dead letter to the receiver, in order within a partition. */
    public void deadLetters(Optional<Instant> since, Consumer<DeadLetter> receiver) {
        reader.read(ranges(since), record -> receiver.accept(DeadLetter.of(record)));
    }

    /** One dead letter; empty if there is none at this position, or it has been deleted by age. */
    public Optional<DeadLetter> find(DeadLetterId id) {
        TopicPartition partition = new TopicPartition(Topics.DLT, id.partition());
        OffsetRange present = ranges(Optional.empty()).getOrDefault(partition, new OffsetRange(0, 0));
        if (id.offset() < present.from() || id.offset() >= present.to()) {
            return Optional.empty();
        }
        List<DeadLetter> found = new ArrayList<>();
        reader.read(
                Map.of(partition, new OffsetRange(id.offset(), id.offset() + 1)),
                record -> found.add(DeadLetter.of(record)));
        return found.stream().findFirst();
    }

    /** For the transfer that redrives or discards the dead letters. */
    KafkaConsumer<byte[], byte[]> consumer() {
        return consumer;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
