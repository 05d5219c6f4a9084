package io.webhookmemory.ingress.dedup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.redis.RedisLink;
import io.webhookmemory.service.redis.RedisSettings;
import io.webhookmemory.testkit.redis.EmbeddedRedis;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When Redis counts as unavailable. The prober is not started: each look-up is the test's own. */
class RecentEventIdsIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private EmbeddedRedis redis;
    private RedisLink link;
    private RecentEventIds memory;

    @BeforeEach
    void start() {
        redis = EmbeddedRedis.start();
        link = new RedisLink(RedisSettings.from(new SettingsReader(
                new Environment(Map.of("REDIS_PORT", String.valueOf(redis.port()), "REDIS_TIMEOUT_MS", "5000")))));
        link.start();
        memory = new RecentEventIds(link, Duration.ofHours(1), Duration.ofMillis(100), Duration.ofSeconds(5));
        await().atMost(LIMIT).until(() -> {
            lookUp();
            return memory.isConnected();
        });
    }

    @AfterEach
    void stop() {
        memory.close();
        link.close();
        redis.close();
    }

    @Test
    void redis_is_unavailable_after_three_failures_in_a_row_and_available_after_one_response() throws Exception {
        long process = processId();
        signal("STOP", process);
        try {
            lookUp();
            lookUp();
            assertThat(memory.isConnected()).as("after two failures").isTrue();

            lookUp();
            assertThat(memory.isConnected()).as("after three failures").isFalse();
            assertThat(link.isConnected()).as("the connection is still there").isTrue();
        } finally {
            signal("CONT", process);
        }

        await().atMost(LIMIT).until(() -> {
            lookUp();
            return memory.isConnected();
        });
    }

    private void lookUp() {
        lookUp("any");
    }

    private RecentEventIds.Recent lookUp(String identity) {
        return memory.lookUp(List.of(identity), Optional.empty()).join();
    }

    private long processId() {
        RedisClient client = RedisClient.create("redis://localhost:" + redis.port());
        try {
            Matcher id = Pattern.compile("process_id:(\\d+)")
                    .matcher(client.connect().sync().info("server"));
            assertThat(id.find()).isTrue();
            return Long.parseLong(id.group(1));
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    private static void signal(String name, long process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process))
                        .start()
                        .waitFor())
                .isZero();
    }
}
