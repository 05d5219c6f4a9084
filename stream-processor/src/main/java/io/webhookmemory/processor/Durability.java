package io.webhookmemory.processor;

import io.webhookmemory.service.kafka.Clients;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.lifecycle.StartupException;
import io.webhookmemory.topics.catalogue.Topics;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The replication of a topic. By default, topics that Kafka Streams creates have one replica: if a broker fails its
 * partitions stop, and if a disk fails the state is lost.
 */
public record Durability(int replicationFactor, int minInsyncReplicas) {
    /**
     * The replication of {@link Topics#WEBHOOKS} on the cluster.
     *
     * @throws StartupException if Kafka does not respond
     */
    static Durability ofWebhooks(KafkaSettings kafka) {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, Topics.WEBHOOKS);
        try (Admin admin = Clients.admin(kafka)) {
            int replicas = admin.describeTopics(List.of(Topics.WEBHOOKS))
                    .allTopicNames()
                    .get(Clients.ADMIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .get(Topics.WEBHOOKS)
                    .partitions()
                    .get(0)
                    .replicas()
                    .size();
            String insync = admin.describeConfigs(List.of(topic))
                    .all()
                    .get(Clients.ADMIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .get(topic)
                    .get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG)
                    .value();
            return new Durability(replicas, Integer.parseInt(insync));
        } catch (ExecutionException | TimeoutException e) {
            throw new StartupException("Kafka does not report how " + Topics.WEBHOOKS + " is replicated", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted while waiting for Kafka", e);
        }
    }
}
