package io.webhookmemory.sink.consume;

import io.webhookmemory.service.kafka.KafkaSettings;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.RangeAssignor;

/** The options of a poller's Kafka consumer, and the times that follow from them. */
final class ConsumerOptions {
    /**
     * The fraction of max.poll.interval.ms for which work may continue after its partition was revoked; the group waits
     * for this member no longer than that interval. With the default interval it is two minutes: a document takes three
     * calls, a minute and a half at most.
     */
    private static final double REVOKE_SHARE = 0.4;

    private static final int MAX_POLL_RECORDS = 500;

    private final Duration sessionTimeout;
    private final Map<String, Object> properties;

    /** @throws IllegalArgumentException as {@link SessionTimeout#of} */
    ConsumerOptions(KafkaSettings kafka, RecordPoller.Options options) {
        sessionTimeout = SessionTimeout.of(kafka, options.longestCall());
        properties = kafka.forConsumer(Map.ofEntries(
                Map.entry(ConsumerConfig.GROUP_ID_CONFIG, options.group()),
                Map.entry(ConsumerConfig.CLIENT_ID_CONFIG, options.group() + "-" + options.instance()),
                // Static membership: a process that was killed and restarted takes its place at once, without waiting
                // for the session timeout of its former member.
                Map.entry(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, options.instance()),
                Map.entry(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int) sessionTimeout.toMillis()),
                Map.entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                Map.entry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                Map.entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
                Map.entry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Math.min(MAX_POLL_RECORDS, options.maxInFlight())),
                // A member gets the same partition number of every topic. All topics are partitioned alike, so one
                // process handles all events of a record, retried or not, whatever the number of instances.
                Map.entry(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, RangeAssignor.class.getName())));
    }

    Map<String, Object> properties() {
        return properties;
    }

    Duration sessionTimeout() {
        return sessionTimeout;
    }

    /** How long work may continue after its partition was revoked. */
    Duration revokeLimit() {
        Object usual = ConsumerConfig.configDef().defaultValues().get(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG);
        Object interval = properties.getOrDefault(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, usual);
        return Duration.ofMillis((long) (REVOKE_SHARE * Long.parseLong(interval.toString())));
    }
}
