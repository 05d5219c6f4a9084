package io.webhookmemory.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.topics.catalogue.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A module's topic was deleted and created again: what is in it must reach memory. */
class RecreatedTopicIT {
    @AutoClose
    private final KafkaForTests kafka = KafkaForTests.withTopics(Map.of("TOPICS_PARTITIONS", "2"));

    @AutoClose
    private final SinkFixture fixture = new SinkFixture(kafka);

    @Test
    void a_start_with_a_committed_position_beyond_the_end_reads_from_the_beginning() throws Exception {
        commit(20);
        fixture.send(fixture.deals.update("1", "one", "first"));
        fixture.send(fixture.deals.update("2", "one", "second"));

        SinkService sink = fixture.sink(Map.of("TOPICS_PARTITIONS", "2"));

        fixture.awaitDeal("1", "one", "first");
        fixture.awaitDeal("2", "one", "second");
        assertThat(fixture.metrics(sink)).containsPattern("kafka_positions_rewound\\{group=\"memory-sink\".*} 2.0");
    }

    /** With the epoch that consumers commit: by it Kafka's client takes the end of a shorter log for its position. */
    private void commit(long offset) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        for (int partition = 0; partition < 2; partition++) {
            positions.put(
                    new TopicPartition("zoho.deals", partition), new OffsetAndMetadata(offset, Optional.of(0), ""));
        }
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()))) {
            admin.alterConsumerGroupOffsets(Topics.SINK_GROUP, positions).all().get();
        }
    }
}
