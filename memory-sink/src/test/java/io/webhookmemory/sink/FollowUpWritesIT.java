package io.webhookmemory.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.Headers;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The memory-sink where memory has changed, and what is to be written down of it is not. */
class FollowUpWritesIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final KafkaForTests KAFKA = KafkaForTests.shared();

    @AutoClose
    private final SinkFixture fixture = new SinkFixture(KAFKA);

    private final Deals deals = fixture.deals;
    private final CogneeDouble cognee = fixture.cognee;
    private final WebhookEvent event = deals.update("1", "a", "unnoted");

    @Test
    void an_event_whose_follow_up_writes_fail_unexpectedly_is_a_dead_letter_and_makes_them_when_it_is_redriven() {
        sink(() -> new IllegalArgumentException("on purpose"));
        fixture.send(event);

        await().atMost(LIMIT).untilAsserted(() -> assertThat(fixture.dead()).hasSize(1));
        assertThat(Headers.get(fixture.dead().get(0).headers(), Headers.DLT_REASON))
                .contains("internal_error");
        fixture.awaitDeal("1", "a", "unnoted");
        assertThat(cognee.cognifyRuns(deals.dataset("a"))).isZero();

        BrokenPartitioner.failure = null;
        fixture.send(event);

        await().atMost(LIMIT).until(() -> cognee.cognifyRuns(deals.dataset("a")) == 1);
        assertThat(cognee.documents(deals.dataset("a"))).hasSize(1);
        assertThat(fixture.dead()).hasSize(1);
    }

    @Test
    void follow_up_writes_that_kafka_does_not_take_wait_until_it_does() {
        SinkService sink = sink(() -> new KafkaException("on purpose"));
        fixture.send(event);

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.ready(sink)).contains("does not take writes"));
        fixture.awaitDeal("1", "a", "unnoted");
        assertThat(cognee.cognifyRuns(deals.dataset("a"))).isZero();

        BrokenPartitioner.failure = null;

        await().atMost(LIMIT).until(() -> cognee.cognifyRuns(deals.dataset("a")) == 1);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.ready(sink)).doesNotContain("does not take writes"));
        assertThat(cognee.calls("add")).isEqualTo(1);
        assertThat(fixture.dead()).isEmpty();
    }

    /** One that cannot ask for graphs. */
    private SinkService sink(Supplier<RuntimeException> failure) {
        BrokenPartitioner.failure = failure;
        return fixture.sink(Map.of("KAFKA_PARTITIONER_CLASS", BrokenPartitioner.class.getName()));
    }

    /** Kafka's own but for requests for graphs, on which it fails for as long as it is told to. */
    public static final class BrokenPartitioner implements Partitioner {
        private static volatile Supplier<RuntimeException> failure;

        @Override
        public int partition(
                String topic, Object key, byte[] keyBytes, Object value, byte[] valueBytes, Cluster cluster) {
            Supplier<RuntimeException> now = failure;
            if (now != null && topic.equals(Topics.COGNIFY)) {
                throw now.get();
            }
            return Utils.toPositive(Utils.murmur2(keyBytes)) % cluster.partitionCountForTopic(topic);
        }

        @Override
        public void configure(Map<String, ?> configs) {}

        @Override
        public void close() {}
    }
}
