package io.webhookmemory.admin.deadletter;

import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.service.kafka.Clients;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.kafka.OffsetRange;
import io.webhookmemory.service.kafka.OffsetRanges;
import io.webhookmemory.service.kafka.RangeReader;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.wire.JsonSerde;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/** Reads the dead letters there are now, and which of them are handled. Not thread-safe. */
public final class DeadLetterTopic implements AutoCloseable {
    private static final JsonSerde<Mark> MARKS = JsonSerde.of(Mark.class);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final RangeReader reader;

    /** @param stop once it is asked for, what is read ends short of the whole */
    public DeadLetterTopic(KafkaSettings kafka, StopSignal stop) {
        this.consumer = Clients.consumer(kafka);
        this.reader = new RangeReader(consumer, stop::isAsked, () -> KafkaProblem.requireReachable(kafka));
    }

    /** The marks of all handled letters, by the letter's id. */
    public Map<String, Mark> marks() {
        Map<String, Mark> marks = new HashMap<>();
        reader.read(OffsetRanges.since(consumer, Topics.DLT_HANDLED, Optional.empty()), record -> {
            if (record.key() != null && record.value() != null) {
                marks.put(new String(record.key(), StandardCharsets.UTF_8), mark(record.value()));
            }
        });
        return marks;
    }

    private static Mark mark(byte[] value) {
        try {
            return MARKS.fromBytes(value);
        } catch (SerializationException e) {
            // Somebody else's hand: the letter is handled, however that was put.
            return new Mark("handled", Instant.EPOCH);
        }
    }

    /** Where the letters are that were put aside since then, to the present end of each partition. */
    public Map<TopicPartition, OffsetRange> ranges(Optional<Instant> since) {
        return OffsetRanges.since(consumer, Topics.DLT, since);
    }

    /** Hands every letter to the reader, one partition's in their order. */
    public void letters(Optional<Instant> since, Consumer<DeadLetter> receiver) {
        reader.read(ranges(since), record -> receiver.accept(DeadLetter.of(record)));
    }

    /** For the transfer that writes what becomes of the letters. */
    KafkaConsumer<byte[], byte[]> consumer() {
        return consumer;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
