package io.webhookmemory.admin.erase;

import io.webhookmemory.service.kafka.Clients;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** How long Kafka keeps what is on the topics, from their present configuration. */
final class Retention {
    /** A limit beyond this counts as none; Kafka's default for compaction is the largest number. */
    private static final long NO_LIMIT_MILLIS = TimeUnit.DAYS.toMillis(36_500);

    private Retention() {}

    /**
     * Where content remains, and until when.
     *
     * @param erasedAt when the newest value of the record, without content, came to the compacted topics
     * @throws KafkaProblem if Kafka does not respond, or denies a right
     */
    static List<ErasureReport.Remaining> of(
            KafkaSettings kafka, Map<String, Evidence.Content> content, Instant erasedAt) {
        Map<String, Config> configs = configs(kafka, content);
        List<ErasureReport.Remaining> remaining = new ArrayList<>();
        content.forEach((topic, events) -> {
            Config config = configs.get(topic);
            boolean compacted =
                    config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value().equals(TopicConfig.CLEANUP_POLICY_COMPACT);
            remaining.add(new ErasureReport.Remaining(
                    topic,
                    events.events(),
                    events.newest(),
                    compacted ? compacted(config, erasedAt) : deleted(config, events.newest()),
                    compacted));
        });
        return remaining;
    }

    /**
     * Kafka deletes a segment as a whole once its newest record is older than the retention, and a segment takes records
     * for {@code segment.ms} before the next begins.
     */
    private static Instant deleted(Config config, Instant newest) {
        long retention = millis(config, TopicConfig.RETENTION_MS_CONFIG);
        return retention < 0 || retention > NO_LIMIT_MILLIS
                ? null
                : newest.plusMillis(retention).plusMillis(millis(config, TopicConfig.SEGMENT_MS_CONFIG));
    }

    private static Instant compacted(Config config, Instant erasedAt) {
        long lag = millis(config, TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG);
        return lag > NO_LIMIT_MILLIS ? null : erasedAt.plusMillis(lag);
    }

    private static long millis(Config config, String name) {
        return Long.parseLong(config.get(name).value());
    }

    private static Map<String, Config> configs(KafkaSettings kafka, Map<String, ?> topics) {
        List<ConfigResource> resources = topics.keySet().stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        try (Admin admin = Clients.admin(kafka)) {
            return admin
                    .describeConfigs(resources)
                    .all()
                    .get(Clients.ADMIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .entrySet()
                    .stream()
                    .collect(Collectors.toMap(config -> config.getKey().name(), Map.Entry::getValue));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw KafkaProblem.of(kafka, e);
        } catch (ExecutionException | TimeoutException e) {
            throw KafkaProblem.of(kafka, e);
        }
    }
}
