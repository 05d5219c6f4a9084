package io.webhookmemory.testkit.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.testkit.net.FreePort;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {

    @Test
    void topics_are_still_there_after_a_restart_on_the_same_directory(@TempDir Path directory) throws Exception {
        int port = FreePort.any();
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, port);
                Admin admin = admin(kafka)) {
            admin.createTopics(List.of(new NewTopic("kept", 2, (short) 1)))
                    .all()
                    .get();
        }
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, port);
                Admin admin = admin(kafka)) {
            assertThat(admin.listTopics().names().get()).contains("kept");
        }
    }

    @Test
    void three_brokers_keep_a_replicated_topic_when_one_is_bounced() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(3, Map.of());
                Admin admin = admin(kafka)) {
            admin.createTopics(List.of(new NewTopic("replicated", 1, (short) 3)))
                    .all()
                    .get();

            kafka.stopBroker(3);
            kafka.startBroker(3);

            // A broker learns of the others a moment after the controller has let them in.
            await().untilAsserted(() ->
                    assertThat(admin.describeCluster().nodes().get()).hasSize(3));
            assertThat(admin.describeTopics(List.of("replicated"))
                            .allTopicNames()
                            .get()
                            .get("replicated")
                            .partitions()
                            .get(0)
                            .replicas())
                    .hasSize(3);
        }
    }

    private static Admin admin(EmbeddedKafka kafka) {
        return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }
}
