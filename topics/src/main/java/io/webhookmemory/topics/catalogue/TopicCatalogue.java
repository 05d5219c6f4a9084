package io.webhookmemory.topics.catalogue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The only definition of the pipeline's topics. */
public record TopicCatalogue(CatalogueSettings settings, List<TopicSpec> topics) {
    public static final Duration EVENT_RETENTION = Duration.ofDays(7);
    /** Longer than the source's: a dead letter must outlive a weekend and the replay that fixes it. */
    public static final Duration DLT_RETENTION = Duration.ofDays(30);

    /** A handled record must outlive its dead letter, or the dead letter would count as unhandled again. */
    private static final Duration HANDLED_RETENTION = DLT_RETENTION.multipliedBy(2);

    /** Twice a webhook of 1 MiB: its event repeats the record and adds what is known of it. */
    public static final int MAX_MESSAGE_BYTES = 3 * 1024 * 1024;

    public TopicCatalogue {
        topics = List.copyOf(topics);
    }

    public static TopicCatalogue of(CatalogueSettings settings) {
        List<TopicSpec> topics = new ArrayList<>();
        topics.add(events(settings, Topics.WEBHOOKS, EVENT_RETENTION));
        topics.add(events(settings, Topics.REJECTED, DLT_RETENTION));
        topics.add(events(settings, Topics.LINKS, EVENT_RETENTION));
        Topics.ofModules(settings.modules()).forEach(name -> topics.add(events(settings, name, EVENT_RETENTION)));
        Topics.retries(settings.retryTiers()).forEach(name -> topics.add(events(settings, name, EVENT_RETENTION)));
        topics.add(events(settings, Topics.DLT, DLT_RETENTION));
        topics.add(events(settings, Topics.DLT_HANDLED, HANDLED_RETENTION));
        topics.add(events(settings, Topics.COGNIFY, EVENT_RETENTION));
        topics.add(spec(
                settings,
                Topics.DIRECTORY,
                Map.of(
                        "cleanup.policy",
                        "compact",
                        "delete.retention.ms",
                        String.valueOf(EVENT_RETENTION.toMillis()))));
        return new TopicCatalogue(settings, topics);
    }

    private static TopicSpec events(CatalogueSettings settings, String name, Duration retention) {
        return spec(
                settings,
                name,
                Map.of(
                        "cleanup.policy",
                        "delete",
                        "retention.ms",
                        String.valueOf(retention.toMillis()),
                        "max.message.bytes",
                        String.valueOf(MAX_MESSAGE_BYTES)));
    }

    // The default depends on the number of brokers when the topic is created.
    private static TopicSpec spec(CatalogueSettings settings, String name, Map<String, String> config) {
        Map<String, String> all = new HashMap<>(config);
        if (settings.minInsyncReplicas() > 0) {
            all.put("min.insync.replicas", String.valueOf(settings.minInsyncReplicas()));
        }
        return new TopicSpec(name, settings.partitions(), all);
    }
}
