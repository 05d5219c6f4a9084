package io.webhookmemory.processor.topology;

import io.webhookmemory.processor.ProcessorMetrics;
import io.webhookmemory.processor.ProcessorSettings;
import io.webhookmemory.processor.record.RecordState;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.JsonSerde;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.processor.TopicNameExtractor;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * What the stream-processor is: intake → deduplicate → complete → module topics, with a global table of the directory
 * beside it and the rejected topic for what is no event.
 */
public final class ProcessorTopology {
    static final String SOURCE = "webhooks";
    static final String INTAKE = "intake";
    static final String DEDUPLICATE = "deduplicate";
    static final String COMPLETE = "complete";
    static final String MODULE_SINK = "module-topics";
    static final String REJECTED_SINK = "rejected";
    static final String DIRECTORY_STORE = "directory";

    private ProcessorTopology() {}

    public static Topology build(ProcessorSettings settings, ProcessorMetrics metrics) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.globalTable(
                Topics.DIRECTORY,
                Consumed.with(Serdes.String(), JsonSerde.directoryEntry()),
                Materialized.<String, DirectoryEntry, org.apache.kafka.streams.state.KeyValueStore<Bytes, byte[]>>as(
                        DIRECTORY_STORE));
        Topology topology = builder.build();

        Set<String> modules = Set.copyOf(settings.catalogue().modules());
        Serializer<WebhookEvent> eventSerializer = (topic, event) -> EventCodec.toBytes(event);
        TopicNameExtractor<String, WebhookEvent> moduleTopic =
                (recordId, event, context) -> Topics.ofModule(event.module());

        return topology.addSource(
                        SOURCE,
                        new StringDeserializer(),
                        new org.apache.kafka.common.serialization.ByteArrayDeserializer(),
                        Topics.WEBHOOKS)
                .addProcessor(INTAKE, () -> new Intake(modules, metrics), SOURCE)
                .addSink(REJECTED_SINK, Topics.REJECTED, new StringSerializer(), new ByteArraySerializer(), INTAKE)
                .addProcessor(DEDUPLICATE, () -> new Deduplicate(settings.eventTtl(), metrics), INTAKE)
                .addStateStore(seen(), DEDUPLICATE)
                .addStateStore(seenByTime(), DEDUPLICATE)
                .addProcessor(COMPLETE, () -> new Complete(settings.criticalFields(), metrics), DEDUPLICATE)
                .addStateStore(records(), COMPLETE)
                .addSink(MODULE_SINK, moduleTopic, new StringSerializer(), eventSerializer, COMPLETE);
    }

    private static StoreBuilder<?> seen() {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(Deduplicate.SEEN_STORE), Serdes.String(), Serdes.ByteArray())
                .withCachingDisabled();
    }

    private static StoreBuilder<?> seenByTime() {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(Deduplicate.SEEN_BY_TIME_STORE),
                        Serdes.Bytes(),
                        Serdes.ByteArray())
                .withCachingDisabled();
    }

    private static StoreBuilder<?> records() {
        return Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(Complete.RECORDS_STORE),
                Serdes.String(),
                JsonSerde.of(RecordState.class));
    }
}
