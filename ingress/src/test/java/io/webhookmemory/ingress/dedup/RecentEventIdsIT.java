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

    @Test
    void an_added_identity_is_known_to_the_next_look_up() {
        memory.add(List.of("one", "two"), Optional.of("delivery"), "use");

        RecentEventIds.Recent recent = memory.lookUp(List.of("one", "two", "three"), Optional.of("delivery"))
                .join();

        assertThat(recent.seen()).containsExactlyInAnyOrder("one", "two");
        assertThat(recent.use()).contains("use");
    }

    @Test
    void an_event_id_keeps_its_first_use() {
        memory.add(List.of("one"), Optional.of("delivery"), "first");
        memory.add(List.of("two"), Optional.of("delivery"), "second");

        assertThat(memory.lookUp(List.of(), Optional.of("delivery")).join().use())
                .contains("first");
    }

    @Test
    void the_probe_sends_what_no_look_up_has_sent() {
        memory.start();
        memory.add(List.of("one"), Optional.empty(), "");

        await().atMost(LIMIT).until(() -> keyExists("one"));
    }

    @Test
    void closing_sends_what_no_look_up_has_sent() {
        memory.add(List.of("one"), Optional.empty(), "");
        assertThat(keyExists("one")).isFalse();

        memory.close();

        assertThat(keyExists("one")).isTrue();
    }

    private boolean keyExists(String identity) {
        return link.commands()
                        .orElseThrow()
                        .exists("webhook:processed:" + identity)
                        .toCompletableFuture()
                        .join()
                == 1;
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
