package io.webhookmemory.topics.catalogue;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The names of the pipeline's topics and consumer groups. */
public final class Topics {
    public static final String WEBHOOKS = "zoho.webhooks";
    public static final String REJECTED = "zoho.webhooks.rejected";
    /** Messages between linked records; the stream-processor writes and reads it. */
    public static final String LINKS = "zoho.webhooks.links";

    public static final String DLT = "memory.sync.dlt";
    /** Which dead letters were redriven or discarded: Kafka cannot remove a single record from a topic. */
    public static final String DLT_HANDLED = "memory.sync.dlt.handled";

    public static final String COGNIFY = "memory.cognify";
    public static final String DIRECTORY = "memory.directory";

    /** Kafka Streams application id, and therefore the group that reads {@link #WEBHOOKS}. */
    public static final String PROCESSOR_GROUP = "stream-processor";
    /**
     * Where Kafka Streams keeps what the stream-processor knows of each record; compacted. Not in the catalogue: the
     * stream-processor creates it.
     */
    public static final String RECORDS_CHANGELOG = PROCESSOR_GROUP + "-records-changelog";
    /** Reads the module topics and the retry tiers. */
    public static final String SINK_GROUP = "memory-sink";
    /** Reads {@link #COGNIFY}. */
    public static final String COGNIFY_GROUP = "memory-sink-cognify";
    /** Elects the leader of the subscriptions service, and holds the positions of its sweeps. */
    public static final String SUBSCRIPTIONS_GROUP = "subscriptions";
    /** Followed by a module: the group in whose committed offset the import keeps its position. It has no members. */
    public static final String IMPORT_GROUP_PREFIX = "subscriptions-import-";

    /** The six modules of the original, and the two that Zoho counts among Activities. */
    public static final List<String> DEFAULT_MODULES =
            List.of("Accounts", "Contacts", "Deals", "Tasks", "Notes", "Activities", "Events", "Calls");

    private Topics() {}

    /** The topic of a module's events. Events and Calls share the topic of Activities. */
    public static String ofModule(String module) {
        return switch (module) {
            case "Events", "Calls" -> ofModule("Activities");
            default -> "zoho." + module.toLowerCase(Locale.ROOT);
        };
    }

    public static List<String> ofModules(List<String> modules) {
        return modules.stream().map(Topics::ofModule).distinct().toList();
    }

    /** @param tier 1 for the first retry */
    public static String retry(int tier) {
        return "memory.sync.retry." + tier;
    }

    public static List<String> retries(int tiers) {
        return IntStream.rangeClosed(1, tiers).mapToObj(Topics::retry).toList();
    }
}
