package io.webhookmemory.processor.topology;

import io.webhookmemory.processor.record.AccountFinder;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.wire.JsonSerde;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The topology: parse → deduplicate → enrich → module topics, with a global table of the directory, and the rejected
 * topic for records that are not events. Linked records in different partitions tell each other their accounts through
 * a topic of their own, which {@link Refile} reads. A pure function of the settings. A test compares it with the
 * picture in docs/design.md.
 */
public final class ProcessorTopology {
    static final String SOURCE = "webhooks";
    static final String PARSE = "parse";
    static final String DEDUPLICATE = "deduplicate";
    static final String REJECT = "reject";
    static final String ENRICH = "enrich";
    static final String LINKS_SOURCE = "links";
    static final String REFILE = "refile";
    static final String LINKS_SINK = "to-links";
    static final String REJECTED_SINK = "rejected";
    static final String DIRECTORY_STORE = "directory";

    /** The topics that the group's members share; each member reads the whole directory. */
    public static final Set<String> SOURCE_TOPICS = Set.of(Topics.WEBHOOKS, Topics.LINKS);

    private ProcessorTopology() {}

    /**
     * Builds it.
     *
     * @param metrics counts what the processors do; it does not change the topology
     * @param pace of the commits
     */
    public static Topology build(TopologySettings settings, ProcessorMetrics metrics, CommitPace pace) {
        Topology topology = withDirectory();
        Set<String> modules = Set.copyOf(settings.catalogue().modules());
        AccountFinder accounts = new AccountFinder(settings.accountLinks());
        topology.addSource(SOURCE, new StringDeserializer(), new ByteArrayDeserializer(), Topics.WEBHOOKS)
                .addProcessor(PARSE, () -> new Parse(modules, pace), SOURCE)
                .addProcessor(REJECT, () -> new Reject(metrics), PARSE)
                .addProcessor(DEDUPLICATE, () -> new Deduplicate(settings.eventTtl(), metrics), PARSE)
                .addStateStore(store(Deduplicate.SEEN_STORE), DEDUPLICATE)
                .addProcessor(ENRICH, () -> new Enrich(settings, accounts, metrics), DEDUPLICATE)
                .addSource(LINKS_SOURCE, new StringDeserializer(), new ByteArrayDeserializer(), Topics.LINKS)
                .addProcessor(REFILE, () -> new Refile(modules, accounts, metrics, pace), LINKS_SOURCE)
                .addStateStore(store(Enrich.RECORDS_STORE), ENRICH, REFILE)
                .addStateStore(store(Links.CHILDREN_STORE), ENRICH, REFILE)
                .addSink(LINKS_SINK, Topics.LINKS, new StringSerializer(), new ByteArraySerializer(), ENRICH, REFILE)
                .addSink(
                        REJECTED_SINK,
                        Topics.REJECTED,
                        new StringSerializer(),
                        new ByteArraySerializer(),
                        REJECT,
                        ENRICH,
                        REFILE);
        // A sink has the name of its topic; forwards refer to it.
        Topics.ofModules(settings.catalogue().modules())
                .forEach(topic -> topology.addSink(
                        topic, topic, new StringSerializer(), new ByteArraySerializer(), ENRICH, REFILE));
        return topology;
    }

    private static Topology withDirectory() {
        StreamsBuilder builder = new StreamsBuilder();
        builder.globalTable(
                Topics.DIRECTORY,
                Consumed.with(Serdes.String(), JsonSerde.directoryEntry()).withName("directory-source"),
                Materialized.<String, DirectoryEntry, KeyValueStore<Bytes, byte[]>>as(DIRECTORY_STORE));
        return builder.build();
    }

    /**
     * A record's state may be as large as an event, and larger than the brokers' default limit. By default, compaction
     * has no time limit: what was erased could stay in the changelog of a quiet partition for ever.
     */
    private static StoreBuilder<KeyValueStore<String, byte[]>> store(String name) {
        Map<String, String> changelog = Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                String.valueOf(TopicCatalogue.MAX_MESSAGE_BYTES),
                TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG,
                String.valueOf(TopicCatalogue.EVENT_RETENTION.toMillis()));
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(changelog);
    }
}
