package io.webhookmemory.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in, over real HTTP. */
class AccessIT {
    private static final String PASSWORD = "correct horse battery";
    private static final Map<String, String> WITH_PASSWORD = Map.of("CONSOLE_PASSWORD", PASSWORD);

    @Test
    void without_a_session_every_page_leads_to_the_login() {
        try (ConsoleFixture console = new ConsoleFixture(WITH_PASSWORD)) {
            for (String path : new String[] {"/", "/dead-letters", "/replay", "/overview/series", "/nothing"}) {
                HttpResponse<String> response = console.get(path);
                assertThat(response.statusCode()).as(path).isEqualTo(303);
                assertThat(response.headers().firstValue("Location")).hasValue("/login");
                assertThat(response.body()).doesNotContain("nav");
            }
            assertThat(console.get("/overview/live", "HX-Request", "true"))
                    .returns(401, HttpResponse::statusCode)
                    .satisfies(response -> assertThat(response.headers().firstValue("HX-Redirect"))
                            .hasValue("/login"));
            assertThat(console.post("/login", "/dead-letters/preview", Map.of()).statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void the_password_begins_a_session_under_a_new_name_and_logging_out_ends_it() {
        try (ConsoleFixture console = new ConsoleFixture(WITH_PASSWORD)) {
            String before = cookie(console.get("/login"));
            HttpResponse<String> login = console.post("/login", "/login", Map.of("password", PASSWORD));

            assertThat(login.statusCode()).isEqualTo(303);
            assertThat(cookie(login))
                    .isNotEqualTo(before)
                    .contains("HttpOnly", "SameSite=Strict")
                    .doesNotContain("Secure");
            assertThat(console.get("/").statusCode()).isEqualTo(200);

            assertThat(console.post("/", "/logout", Map.of()).statusCode()).isEqualTo(303);
            assertThat(console.get("/").statusCode()).isEqualTo(303);
        }
    }

    @Test
    void a_wrong_password_is_401_and_the_sixth_attempt_of_a_minute_429() {
        try (ConsoleFixture console = new ConsoleFixture(WITH_PASSWORD)) {
            for (int i = 0; i < 5; i++) {
                assertThat(console.post("/login", "/login", Map.of("password", PASSWORD + "!"))
                                .statusCode())
                        .isEqualTo(401);
            }
            HttpResponse<String> sixth = console.post("/login", "/login", Map.of("password", PASSWORD));
            assertThat(sixth.statusCode()).isEqualTo(429);
            assertThat(sixth.headers().firstValue("Retry-After")).hasValue("60");
        }
    }

    @Test
    void a_script_uses_the_token_and_needs_no_form_token() {
        String token = "t0ken".repeat(8);
        try (ConsoleFixture console = new ConsoleFixture(Map.of("CONSOLE_TOKEN", token))) {
            assertThat(console.get("/overview/series", "Authorization", "Bearer " + token)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(console.get("/overview/series", "Authorization", "Bearer " + token + "x")
                            .statusCode())
                    .isEqualTo(303);
            assertThat(console.postWithoutToken("/operations/none/stop", Map.of(), "Authorization", "Bearer " + token)
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void a_trusted_proxy_names_the_user_and_makes_the_cookie_secure() {
        Map<String, String> variables =
                Map.of("CONSOLE_AUTH_HEADER", "X-Forwarded-User", "CONSOLE_TRUSTED_PROXIES", "127.0.0.0/8");
        try (ConsoleFixture console = new ConsoleFixture(variables)) {
            HttpResponse<String> page = console.get("/", "X-Forwarded-User", "jana", "X-Forwarded-Proto", "https");

            assertThat(page.body()).contains(">jana<");
            assertThat(cookie(page)).contains("Secure");
            assertThat(console.get("/").statusCode()).isEqualTo(403);
        }
    }

    @Test
    void the_header_of_anyone_else_is_ignored() {
        Map<String, String> variables =
                Map.of("CONSOLE_AUTH_HEADER", "X-Forwarded-User", "CONSOLE_TRUSTED_PROXIES", "192.0.2.0/24");
        try (ConsoleFixture console = new ConsoleFixture(variables)) {
            assertThat(console.get("/", "X-Forwarded-User", "mallory").statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void a_form_without_the_token_of_this_browser_is_refused() {
        try (ConsoleFixture console = new ConsoleFixture(Map.of())) {
            assertThat(console.postWithoutToken("/replay/preview", Map.of()).statusCode())
                    .isEqualTo(403);
            console.get("/replay");
            assertThat(console.postWithoutToken("/replay/preview", Map.of("_csrf", "x".repeat(43)))
                            .statusCode())
                    .isEqualTo(403);
            String foreign = console.page("/replay").select("input[name=_csrf]").val();
            console.anotherBrowser();
            console.get("/replay");
            assertThat(console.postWithoutToken("/replay/preview", Map.of("_csrf", foreign))
                            .statusCode())
                    .isEqualTo(403);
            assertThat(console.post("/replay", "/replay/preview", Map.of(), "Sec-Fetch-Site", "cross-site")
                            .statusCode())
                    .isEqualTo(403);
            // Past the guard: what is wrong now is the form.
            assertThat(console.post("/replay", "/replay/preview", Map.of()).statusCode())
                    .isEqualTo(422);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:1", "127.0.0.1", "[::1]:8090", "LOCALHOST", "console.test:80"})
    void names_of_this_machine_and_permitted_ones_are_known(String host) throws IOException {
        try (ConsoleFixture console = new ConsoleFixture(Map.of("CONSOLE_ALLOWED_HOSTS", "console.test"))) {
            assertThat(console.statusFor(host)).contains(" 200 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"attacker.example", "localhost.attacker.example", "127.0.0.1.nip.io:8090"})
    void a_name_that_was_pointed_at_this_machine_is_refused(String host) throws IOException {
        try (ConsoleFixture console = new ConsoleFixture(Map.of())) {
            assertThat(console.statusFor(host)).contains(" 421 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/login", "/replay", "/nothing", "/overview/live"})
    void every_response_carries_the_headers_that_bind_the_browser(String path) {
        try (ConsoleFixture console = new ConsoleFixture(Map.of())) {
            HttpResponse<String> response = console.get(path);

            assertThat(response.headers().firstValue("Content-Security-Policy"))
                    .hasValueSatisfying(policy -> assertThat(policy)
                            .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
                            .doesNotContain("unsafe"));
            assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
            assertThat(response.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
            assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(response.body())
                    .doesNotContain("<script>", "<style", " style=", " onclick", "http://", "https://");
        }
    }

    @Test
    void files_of_pages_may_be_kept_by_the_browser_and_come_from_the_console() {
        try (ConsoleFixture console = new ConsoleFixture(Map.of())) {
            assertThat(console.page("/").select("script[src], link[href], img[src]"))
                    .hasSizeGreaterThanOrEqualTo(6)
                    .allSatisfy(file -> {
                        String path = file.hasAttr("src") ? file.attr("src") : file.attr("href");
                        HttpResponse<String> response = console.get(path);
                        assertThat(response.statusCode()).as(path).isEqualTo(200);
                        assertThat(response.headers().firstValue("Cache-Control"))
                                .hasValueSatisfying(value -> assertThat(value).contains("immutable"));
                    });
            assertThat(console.get("/assets/000000000000/console.css").statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void without_kafka_the_console_is_ready_and_says_what_is_wrong() {
        try (ConsoleFixture console = new ConsoleFixture(Map.of("KAFKA_BOOTSTRAP_SERVERS", "localhost:1"))) {
            assertThat(console.get("/").statusCode()).isEqualTo(200);
            assertThat(console.get("/dead-letters"))
                    .returns(503, HttpResponse::statusCode)
                    .satisfies(response -> assertThat(response.body()).contains("Kafka does not respond"));
        }
    }

    private static String cookie(HttpResponse<String> response) {
        return response.headers().firstValue("Set-Cookie").orElse("");
    }
}
