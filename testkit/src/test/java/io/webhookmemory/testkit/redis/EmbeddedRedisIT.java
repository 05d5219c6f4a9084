package io.webhookmemory.testkit.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.api.StatefulRedisConnection;
import org.junit.jupiter.api.Test;

class EmbeddedRedisIT {

    @Test
    void it_answers_and_comes_back_empty_on_the_same_port_after_a_stop() {
        try (EmbeddedRedis redis = EmbeddedRedis.start();
                RedisClient client = RedisClient.create("redis://localhost:" + redis.port())) {
            try (StatefulRedisConnection<String, String> connection = client.connect()) {
                connection.sync().set("key", "value");
                assertThat(connection.sync().get("key")).isEqualTo("value");
            }

            redis.stopServer();
            assertThatThrownBy(client::connect).isInstanceOf(RedisConnectionException.class);
            redis.startServer();

            try (StatefulRedisConnection<String, String> connection = client.connect()) {
                assertThat(connection.sync().get("key")).isNull();
            }
        }
    }
}
