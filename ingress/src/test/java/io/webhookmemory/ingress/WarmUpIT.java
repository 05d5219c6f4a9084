package io.webhookmemory.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.ingress.status.PipelineWatch;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.redis.RedisLink;
import io.webhookmemory.service.redis.RedisSettings;
import io.webhookmemory.testkit.redis.EmbeddedRedis;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** There is no Kafka: the warm-up writes nothing. */
class WarmUpIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int WEBHOOKS = 20;

    @Test
    void every_webhook_goes_all_the_way_and_leaves_nothing_in_redis() {
        try (EmbeddedRedis server = EmbeddedRedis.start()) {
            SettingsReader reader = new SettingsReader(new Environment(Map.of(
                    "KAFKA_BOOTSTRAP_SERVERS",
                    "localhost:1",
                    "REDIS_PORT",
                    String.valueOf(server.port()),
                    "REDIS_TIMEOUT_MS",
                    "5000",
                    "WEBHOOK_ENABLED",
                    "false",
                    "WEBHOOK_SECRET",
                    "a-secret-of-at-least-thirty-two-characters")));
            try (RedisLink redis = new RedisLink(RedisSettings.from(reader))) {
                redis.start();
                await().atMost(LIMIT).until(redis::isConnected);

                assertThat(warmUp(reader, redis)).isEqualTo(WEBHOOKS);
                await().atMost(LIMIT)
                        .until(() -> redis.commands()
                                .orElseThrow()
                                .keys("*")
                                .toCompletableFuture()
                                .join()
                                .isEmpty());
            }
        }
    }

    @Test
    void without_redis_it_works_too() {
        SettingsReader reader = new SettingsReader(new Environment(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                "localhost:1",
                "WEBHOOK_SECRET",
                "a-secret-of-at-least-thirty-two-characters")));
        try (RedisLink redis = new RedisLink(RedisSettings.from(reader))) {
            assertThat(warmUp(reader, redis)).isEqualTo(WEBHOOKS);
        }
    }

    private static int warmUp(SettingsReader reader, RedisLink redis) {
        IngressSettings settings = IngressSettings.from(reader);
        try (PipelineWatch pipeline =
                new PipelineWatch(settings.service().kafka(), settings.catalogue(), settings.maxQueueSize(), redis)) {
            return new WarmUp(settings, redis, pipeline).run(WEBHOOKS);
        }
    }
}
