package io.webhookmemory.bench;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends at a fixed rate, from a thread of its own, until it is closed. */
final class SteadyLoad implements AutoCloseable {
    private final Sender sender;
    private final AtomicReference<IOException> failure = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean closing;

    /** Where the load goes. */
    interface Sender extends AutoCloseable {
        /** Sends one more. */
        void send() throws IOException;

        @Override
        void close() throws IOException;
    }

    SteadyLoad(int perSecond, Sender sender) {
        this.sender = sender;
        thread = new Thread(() -> run(new LoadGenerator.Schedule(System.nanoTime(), perSecond)), "steady-load");
        thread.setDaemon(true);
        thread.start();
    }

    /** Writes to Kafka; a record that cannot be written fails {@link SteadyLoad#close}. */
    static Sender toKafka(String bootstrapServers, Supplier<ProducerRecord<String, byte[]>> records) {
        KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringSerializer(), new ByteArraySerializer());
        AtomicReference<Exception> failure = new AtomicReference<>();
        return new Sender() {
            @Override
            public void send() {
                producer.send(records.get(), (metadata, exception) -> failure.compareAndSet(null, exception));
            }

            @Override
            public void close() throws IOException {
                producer.close();
                if (failure.get() != null) {
                    throw new IOException("a record could not be written", failure.get());
                }
            }
        };
    }

    private void run(LoadGenerator.Schedule schedule) {
        try {
            for (int i = 0; !closing; i++) {
                schedule.await(i);
                sender.send();
            }
        } catch (IOException e) {
            failure.set(e);
        }
    }

    @Override
    public void close() throws IOException {
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        sender.close();
        if (failure.get() != null) {
            throw failure.get();
        }
    }
}
