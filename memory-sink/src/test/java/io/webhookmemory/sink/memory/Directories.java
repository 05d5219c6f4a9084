package io.webhookmemory.sink.memory;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Records of the directory topic as a consumer gets them. */
final class Directories {
    private Directories() {}

    static ConsumerRecord<String, byte[]> read(ProducerRecord<String, byte[]> written) {
        ConsumerRecord<String, byte[]> read =
                new ConsumerRecord<>(written.topic(), 0, 0L, written.key(), written.value());
        written.headers().forEach(read.headers()::add);
        return read;
    }
}
