package io.webhookmemory.bench;

import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.wire.Headers;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * What the stream-processor is compared with. The event id is read from a header, so that nothing but the store is
 * measured. Arguments: program, brokers, state directory.
 */
final class ProcessorBaselines {
    private static final String STORE = "seen";
    private static final Duration TTL = Duration.ofHours(1);

    private ProcessorBaselines() {}

    public static void main(String[] args) throws InterruptedException {
        ProcessorChild.Program program = ProcessorChild.Program.valueOf(args[0]);
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, program.group());
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, args[1]);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, args[2]);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        properties.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        properties.put(StreamsConfig.producerPrefix("compression.type"), "lz4");
        KafkaStreams streams = new KafkaStreams(topology(program), properties);
        streams.setUncaughtExceptionHandler(failure -> StreamThreadExceptionResponse.REPLACE_THREAD);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(Duration.ofSeconds(30))));
        streams.start();
        Thread.currentThread().join();
    }

    private static Topology topology(ProcessorChild.Program program) {
        ProcessorSupplier<String, byte[], String, byte[]> processor = switch (program) {
            case KEY_VALUE -> new KeyValueSupplier();
            case WINDOW -> new WindowSupplier();
            default -> PassThrough::new;
        };
        return new Topology()
                .addSource("webhooks", new StringDeserializer(), new ByteArrayDeserializer(), Topics.WEBHOOKS)
                .addProcessor("processor", processor, "webhooks")
                .addSink(
                        "out",
                        Topics.ofModule("Deals"),
                        new StringSerializer(),
                        new ByteArraySerializer(),
                        "processor");
    }

    private static String id(Record<String, byte[]> record) {
        return Headers.get(record.headers(), Headers.CE_ID).orElseThrow();
    }

    private static final class PassThrough extends ContextualProcessor<String, byte[], String, byte[]> {
        @Override
        public void process(Record<String, byte[]> record) {
            context().forward(record);
        }
    }

    private static final class KeyValueSupplier implements ProcessorSupplier<String, byte[], String, byte[]> {
        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(
                    Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.Long())
                            .withCachingDisabled());
        }

        @Override
        public KeyValueDedup get() {
            return new KeyValueDedup();
        }
    }

    private static final class KeyValueDedup extends ContextualProcessor<String, byte[], String, byte[]> {
        @Override
        public void process(Record<String, byte[]> record) {
            KeyValueStore<String, Long> seen = context().getStateStore(STORE);
            String id = id(record);
            if (seen.get(id) == null) {
                seen.put(id, record.timestamp());
                context().forward(record);
            }
        }
    }

    private static final class WindowSupplier implements ProcessorSupplier<String, byte[], String, byte[]> {
        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(Stores.windowStoreBuilder(
                            Stores.persistentWindowStore(STORE, TTL.multipliedBy(2), TTL, false),
                            Serdes.String(),
                            Serdes.Long())
                    .withCachingDisabled());
        }

        @Override
        public WindowDedup get() {
            return new WindowDedup();
        }
    }

    private static final class WindowDedup extends ContextualProcessor<String, byte[], String, byte[]> {
        @Override
        public void process(Record<String, byte[]> record) {
            WindowStore<String, Long> seen = context().getStateStore(STORE);
            String id = id(record);
            long now = record.timestamp();
            boolean known;
            try (WindowStoreIterator<Long> seenEvents = seen.fetch(id, now - TTL.toMillis(), now + TTL.toMillis())) {
                known = seenEvents.hasNext();
            }
            if (!known) {
                seen.put(id, now, now);
                context().forward(record);
            }
        }
    }
}
