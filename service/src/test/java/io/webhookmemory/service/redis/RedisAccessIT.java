package io.webhookmemory.service.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.InvalidSettingsException;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.testkit.kafka.Certificates;
import io.webhookmemory.testkit.net.FreePort;
import io.webhookmemory.testkit.redis.EmbeddedRedis;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A Redis that asks for a login, and one behind TLS. */
class RedisAccessIT {
    private static final String PASSWORD = "p@ss word#1";
    private static final String USER_PASSWORD = "of-the-user";

    @TempDir
    private static Path directory;

    private static EmbeddedRedis redis;
    private static Certificates certificates;
    private static TlsTunnel tunnel;

    private final Logger logger = (Logger) LoggerFactory.getLogger(RedisLink.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeAll
    static void start() throws Exception {
        redis = EmbeddedRedis.start(
                FreePort.any(),
                List.of("requirepass \"" + PASSWORD + "\"", "user webhook on >" + USER_PASSWORD + " ~webhook:* +@all"));
        certificates = Certificates.create(directory, "changeit");
        tunnel = new TlsTunnel(certificates, redis.port());
    }

    @AfterAll
    static void stop() throws Exception {
        tunnel.close();
        redis.close();
    }

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
    }

    @Test
    void the_password_of_the_default_user_is_sent() {
        assertWrites(Map.of("REDIS_PASSWORD", PASSWORD));
    }

    @Test
    void a_user_of_redis_logs_in_by_name() {
        assertWrites(Map.of("REDIS_USERNAME", "webhook", "REDIS_PASSWORD", USER_PASSWORD));
    }

    @Test
    void a_wrong_password_is_logged_once_without_the_password() {
        try (RedisLink link = link(Map.of("REDIS_PASSWORD", "not-this-one"))) {
            await().untilAsserted(() -> assertThat(log.list).isNotEmpty());

            assertThat(link.isConnected()).isFalse();
            assertThat(log.list)
                    .singleElement()
                    .satisfies(event -> assertThat(event.getFormattedMessage() + event.getKeyValuePairs())
                            .contains("cannot connect to Redis", "WRONGPASS")
                            .doesNotContain("not-this-one"));
        }
    }

    @Test
    void tls_trusts_the_authorities_of_the_file() {
        assertWrites(Map.of(
                "REDIS_PORT",
                String.valueOf(tunnel.port()),
                "REDIS_TLS",
                "true",
                "REDIS_TLS_CA_FILE",
                certificates.authority().toString(),
                "REDIS_PASSWORD",
                PASSWORD));
    }

    @Test
    void tls_refuses_a_certificate_of_an_unknown_authority() {
        try (RedisLink link = link(
                Map.of("REDIS_PORT", String.valueOf(tunnel.port()), "REDIS_TLS", "true", "REDIS_PASSWORD", PASSWORD))) {
            await().untilAsserted(() -> assertThat(log.list).isNotEmpty());

            assertThat(link.isConnected()).isFalse();
            assertThat(log.list.get(0).getKeyValuePairs().toString()).containsIgnoringCase("certification path");
        }
    }

    @Test
    void settings_that_do_not_go_together_are_refused() {
        Map<String, String> variables =
                Map.of("REDIS_USERNAME", "webhook", "REDIS_TLS_CA_FILE", directory + "/missing.pem");

        assertThatThrownBy(() -> settings(variables))
                .isInstanceOfSatisfying(
                        InvalidSettingsException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "REDIS_USERNAME needs REDIS_PASSWORD",
                                        "REDIS_TLS_CA_FILE needs REDIS_TLS=true",
                                        "REDIS_TLS_CA_FILE names " + directory + "/missing.pem, which cannot be read"));
    }

    @Test
    void the_settings_text_does_not_hold_the_password() {
        assertThat(settings(Map.of("REDIS_PASSWORD", PASSWORD)).toString()).doesNotContain(PASSWORD);
    }

    private static void assertWrites(Map<String, String> variables) {
        try (RedisLink link = link(variables)) {
            await().until(link::isConnected);
            assertThat(link.commands().orElseThrow().set("webhook:test", "x").toCompletableFuture())
                    .succeedsWithin(java.time.Duration.ofSeconds(5))
                    .isEqualTo("OK");
        }
    }

    private static RedisLink link(Map<String, String> variables) {
        RedisLink link = new RedisLink(settings(variables));
        link.start();
        return link;
    }

    private static RedisSettings settings(Map<String, String> variables) {
        Map<String, String> all =
                new HashMap<>(Map.of("REDIS_PORT", String.valueOf(redis.port()), "REDIS_TIMEOUT_MS", "10000"));
        all.putAll(variables);
        SettingsReader reader = new SettingsReader(new Environment(all));
        RedisSettings settings = RedisSettings.from(reader);
        reader.finish();
        return settings;
    }
}
