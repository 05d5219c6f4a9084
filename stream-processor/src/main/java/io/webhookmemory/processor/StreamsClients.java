package io.webhookmemory.processor;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * The clients of Kafka Streams, as it creates them itself, except that its consumers wait longer while nothing happens, and that
 * few changes of the directory are read together.
 */
final class StreamsClients implements KafkaClientSupplier {
    @Override
    public Admin getAdmin(Map<String, Object> options) {
        return Admin.create(options);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> options) {
        return new KafkaProducer<>(options, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> options) {
        return new PatientConsumer(options);
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> options) {
        return new KafkaConsumer<>(options, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> options) {
        return new PatientConsumer(options) {
            private final PollPace pace = new PollPace();

            @Override
            public ConsumerRecords<byte[], byte[]> poll(Duration asked) {
                LockSupport.parkNanos(pace.before(asked).toNanos());
                ConsumerRecords<byte[], byte[]> records = super.poll(asked);
                pace.polled(records.count());
                return records;
            }
        };
    }

    private static class PatientConsumer extends KafkaConsumer<byte[], byte[]> {
        private final PollPatience patience = new PollPatience();

        PatientConsumer(Map<String, Object> options) {
            super(options, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration asked) {
            ConsumerRecords<byte[], byte[]> records = super.poll(patience.of(asked));
            patience.polled(asked, records.isEmpty());
            return records;
        }
    }
}
