package io.webhookmemory.cognee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.testkit.cognee.CogneeVersion;
import io.webhookmemory.testkit.net.FreePort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an operator is told of settings that do not work. */
class SetupCheckIT {
    private final CogneeDouble server = CogneeDouble.start();

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void settings_that_work_pass(CogneeVersion version) {
        server.version(version);
        assertThatNoException().isThrownBy(() -> client().check());
        server.requireLogin("user@example.com", "secret");
        assertThatNoException()
                .isThrownBy(() -> client("COGNEE_USERNAME", "user@example.com", "COGNEE_PASSWORD", "secret")
                        .check());
        server.requireApiKey("key-1");
        assertThatNoException()
                .isThrownBy(() -> client("COGNEE_API_KEY", "key-1").check());
    }

    @ParameterizedTest
    @EnumSource
    void no_login_where_one_is_needed(CogneeVersion version) {
        server.version(version).requireLogin("user@example.com", "secret");

        MemoryException problem = problemOf(client());

        assertThat(problem)
                .hasMessage("Cognee at " + server.url()
                        + " requires a login: set COGNEE_API_KEY, or COGNEE_USERNAME and COGNEE_PASSWORD");
        assertThat(problem.failure()).isEqualTo(new Failure.Outage("http_401"));
    }

    @Test
    void wrong_credentials() {
        server.requireLogin("user@example.com", "secret");

        assertThat(problemOf(client("COGNEE_USERNAME", "user@example.com", "COGNEE_PASSWORD", "wrong")))
                .hasMessage(
                        "Cognee at " + server.url() + " refuses the login: check COGNEE_USERNAME and COGNEE_PASSWORD");
        assertThat(problemOf(client("COGNEE_API_KEY", "wrong")))
                .hasMessage("Cognee at " + server.url() + " refuses the API key: check COGNEE_API_KEY");
    }

    @Test
    void a_port_where_nobody_listens() {
        String url = "http://localhost:" + FreePort.any();

        assertThat(problemOf(client("COGNEE_URL", url)))
                .hasMessage("Cognee at " + url + " cannot be reached: check COGNEE_URL, and whether Cognee runs");
    }

    @Test
    void the_path_of_the_api_in_the_address() {
        assertThat(problemOf(client("COGNEE_URL", server.url() + "/api/v1")))
                .hasMessage("Cognee at " + server.url()
                        + "/api/v1 does not respond like Cognee: check COGNEE_URL; it must be given without /api/v1");
    }

    @Test
    void another_server_that_answers_everything() throws IOException {
        HttpServer other = HttpServer.create(new InetSocketAddress("localhost", 0), 1);
        other.createContext("/", exchange -> {
            byte[] body = "<html>Welcome</html>".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        other.start();
        try {
            MemoryException problem = problemOf(client(
                    "COGNEE_URL", "http://localhost:" + other.getAddress().getPort()));
            assertThat(problem.failure()).isEqualTo(new Failure.Outage("not_cognee"));
            assertThat(problem).hasMessageEndingWith("check COGNEE_URL; it is Cognee's address without /api/v1");
        } finally {
            other.stop(0);
        }
    }

    @Test
    void a_server_that_is_not_ready() {
        server.unavailable(true);

        assertThat(problemOf(client()))
                .hasMessage("Cognee at " + server.url() + " does not work (http_503): check Cognee's log");
    }

    @Test
    void credentials_in_the_address_are_not_shown() {
        String address = server.url().replace("http://", "");

        assertThat(problemOf(client("COGNEE_URL", "http://user:secret@" + address + "/elsewhere")))
                .hasMessageStartingWith("Cognee at http://" + address + "/elsewhere does not");
    }

    private CogneeClient client(String... variables) {
        Map<String, String> all = new HashMap<>();
        all.put("COGNEE_URL", server.url());
        for (int i = 0; i < variables.length; i += 2) {
            all.put(variables[i], variables[i + 1]);
        }
        return CogneeClient.create(
                CogneeSettings.from(new SettingsReader(new Environment(all))), new SimpleMeterRegistry());
    }

    private static MemoryException problemOf(CogneeClient cognee) {
        return catchThrowableOfType(MemoryException.class, cognee::check);
    }
}
