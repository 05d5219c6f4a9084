package io.webhookmemory.topics.deadletter;

import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.transfer.Clients;
import io.webhookmemory.topics.transfer.KafkaProblem;
import io.webhookmemory.topics.transfer.Ranges;
import io.webhookmemory.topics.transfer.StopSignal;
import io.webhookmemory.topics.transfer.Transfer;
import io.webhookmemory.topics.wire.JsonSerde;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/** Reads the dead letters there are now, and which of them are handled. Not thread-safe. */
public final class DeadLetterTopic implements AutoCloseable {
    private static final JsonSerde<Mark> MARKS = JsonSerde.of(Mark.class);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Transfer.Options reading;

    /** @param stop once it is asked for, what is read ends short of the whole */
    public DeadLetterTopic(KafkaSettings kafka, StopSignal stop) {
        this.consumer = Clients.consumer(kafka);
        this.reading = Transfer.Options.lookup(stop, () -> KafkaProblem.requireReachable(kafka));
    }

    /** The marks of all handled letters, by the letter's id. */
    public Map<String, Mark> marks() {
        Map<String, Mark> marks = new HashMap<>();
        read(Ranges.since(consumer, Topics.DLT_HANDLED, Optional.empty()), record -> {
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
    public Map<TopicPartition, Transfer.Range> ranges(Optional<Instant> since) {
        return Ranges.since(consumer, Topics.DLT, since);
    }

    /** Hands every letter to the reader, one partition's in their order. */
    public void letters(Optional<Instant> since, Consumer<DeadLetter> reader) {
        read(ranges(since), record -> reader.accept(DeadLetter.of(record)));
    }

    private void read(Map<TopicPartition, Transfer.Range> ranges, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        Transfer.read(consumer, ranges, reading, reader);
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
