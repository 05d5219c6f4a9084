package io.webhookmemory.sink.cognify;

import io.webhookmemory.sink.consume.InFlightRecord;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A request for a graph that was read and is not finished. {@link InFlightRecord} documents the methods. */
interface PendingRequest {
    ConsumerRecord<String, byte[]> message();

    boolean start();

    void done();

    void putBack();

    void release();

    void writeLast(List<ProducerRecord<String, byte[]>> records);

    static PendingRequest of(InFlightRecord record) {
        return new PendingRequest() {
            @Override
            public ConsumerRecord<String, byte[]> message() {
                return record.message();
            }

            @Override
            public boolean start() {
                return record.start();
            }

            @Override
            public void done() {
                record.done();
            }

            @Override
            public void putBack() {
                record.putBack();
            }

            @Override
            public void release() {
                record.release();
            }

            @Override
            public void writeLast(List<ProducerRecord<String, byte[]>> records) {
                record.writeLast(records);
            }
        };
    }
}
