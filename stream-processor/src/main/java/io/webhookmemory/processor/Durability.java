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
 * How many copies of a topic there are, and how many must have a record before it counts as written. The brokers' default
 * for a topic that Kafka Streams creates is one copy: with one broker gone its partitions would stand still, and with a
 * disk gone what was seen and known would be forgotten.
 */
public record Durability(int replicationFactor, int minInsyncReplicas) {
    /**
     * That of {@link Topics#WEBHOOKS}, as it is on the cluster.
     *
     * @throws StartupException where Kafka does not answer
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
            throw new StartupException("Kafka does not say how " + Topics.WEBHOOKS + " is replicated", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted while waiting for Kafka", e);
        }
    }
}
