package io.webhookmemory.cognee;

import static io.webhookmemory.cognee.Documents.add;
import static io.webhookmemory.cognee.Documents.deal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.testkit.cognee.CogneeVersion;
import io.webhookmemory.testkit.net.FreePort;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the client makes of a Cognee that fails. */
class CogneeClientIT {
    private static final String DATASET = "account_1";

    private final CogneeDouble server = CogneeDouble.start();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_session_is_opened_once_and_renewed_when_it_has_ended() {
        server.requireLogin("user@example.com", "secret");
        CogneeClient cognee = client("COGNEE_USERNAME", "user@example.com", "COGNEE_PASSWORD", "secret");
        add(cognee, DATASET, deal("1", "Deals 1"));
        cognee.list(DATASET);
        assertThat(server.calls("login")).isEqualTo(1);

        server.expireSessions();

        assertThat(cognee.list(DATASET)).hasSize(1);
        assertThat(server.calls("login")).isEqualTo(2);
    }

    @Test
    void many_callers_whose_session_ended_log_in_as_one() {
        server.requireLogin("user@example.com", "secret").latency(Duration.ofMillis(50));
        CogneeClient cognee = client("COGNEE_USERNAME", "user@example.com", "COGNEE_PASSWORD", "secret");
        add(cognee, DATASET, deal("1", "Deals 1"));
        server.expireSessions();

        CompletableFuture.allOf(IntStream.range(0, 8)
                        .mapToObj(i -> CompletableFuture.runAsync(() -> cognee.list(DATASET)))
                        .toArray(CompletableFuture[]::new))
                .join();

        assertThat(server.calls("login")).isEqualTo(2);
    }

    @Test
    void a_wrong_password_and_a_wrong_key_stop_everybody_and_blame_no_event() {
        server.requireLogin("user@example.com", "secret");

        assertThat(failureOf(() -> client("COGNEE_USERNAME", "user@example.com", "COGNEE_PASSWORD", "wrong")
                        .list(DATASET)))
                .isEqualTo(new Failure.Outage("login_refused"));
        assertThat(failureOf(() -> client("COGNEE_API_KEY", "wrong").list(DATASET)))
                .isEqualTo(new Failure.Outage("http_401"));
    }

    @Test
    void an_api_key_lets_in() {
        server.requireApiKey("key-1");

        add(client("COGNEE_API_KEY", "key-1"), DATASET, deal("1", "Deals 1"));

        assertThat(server.documents(DATASET)).hasSize(1);
        assertThat(server.calls("login")).isZero();
    }

    @Test
    void a_document_that_is_refused_is_refused_for_good_whatever_the_version() {
        server.refuse(text -> text.contains("poison"), 415, "Unsupported file content");

        for (CogneeVersion version : CogneeVersion.values()) {
            server.version(version);
            assertThat(failureOf(() -> add(client(), DATASET, deal("1", "poison"))))
                    .isEqualTo(new Failure.Permanent("http_415"));
        }
    }

    @Test
    void a_failure_of_one_call_on_a_healthy_server_is_passing() {
        server.failNext(2, 503, "Deals 1");
        CogneeClient cognee = client();

        assertThat(failureOf(() -> add(cognee, DATASET, deal("1", "Deals 1"))))
                .isEqualTo(new Failure.Transient("http_503", Optional.empty()));
        assertThat(failureOf(() -> add(cognee, DATASET, deal("1", "Deals 1")))).isInstanceOf(Failure.Transient.class);
        add(cognee, DATASET, deal("1", "Deals 1"));
    }

    @Test
    void the_same_failure_on_a_server_that_calls_itself_unwell_is_an_outage() {
        CogneeClient cognee = client();
        server.unavailable(true);

        assertThat(failureOf(() -> add(cognee, DATASET, deal("1", "Deals 1"))))
                .isEqualTo(new Failure.Outage("http_503"));
        assertThat(cognee.isAvailable()).isFalse();

        server.unavailable(false);
        assertThat(cognee.isAvailable()).isTrue();
    }

    @Test
    void a_server_that_is_not_there_is_an_outage() {
        CogneeClient cognee = client("COGNEE_URL", "http://localhost:" + FreePort.any());

        assertThat(failureOf(() -> cognee.list(DATASET))).isEqualTo(new Failure.Outage("unreachable"));
        assertThat(cognee.isAvailable()).isFalse();
    }

    @Test
    void a_server_that_cannot_be_trusted_is_an_outage() {
        CogneeClient cognee = client("COGNEE_URL", server.url().replace("http:", "https:"));

        assertThat(failureOf(() -> cognee.list(DATASET))).isEqualTo(new Failure.Outage("not_trusted"));
    }

    @Test
    void an_answer_that_is_no_list_does_not_pass_for_an_empty_one() throws IOException {
        HttpServer other = HttpServer.create(new InetSocketAddress("localhost", 0), 1);
        other.createContext("/", exchange -> {
            byte[] body = "{\"datasets\":[]}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        other.start();
        try {
            CogneeClient cognee = client(
                    "COGNEE_URL", "http://localhost:" + other.getAddress().getPort());

            assertThat(failureOf(() -> cognee.list(DATASET)))
                    .isEqualTo(new Failure.Transient("not_a_list", Optional.empty()));
        } finally {
            other.stop(0);
        }
    }

    @Test
    void a_server_that_is_not_cognee_is_an_outage() {
        CogneeClient cognee = client("COGNEE_URL", server.url() + "/somewhere/else/");

        assertThat(failureOf(() -> add(cognee, DATASET, deal("1", "Deals 1"))))
                .isEqualTo(new Failure.Outage("not_cognee"));
    }

    @Test
    void a_server_that_asks_for_time_gets_it() {
        server.throttleNext(1, Duration.ofSeconds(7));

        assertThat(failureOf(() -> client().list(DATASET)))
                .isEqualTo(new Failure.Transient("http_429", Optional.of(Duration.ofSeconds(7))));
    }

    @Test
    void after_a_lost_answer_the_same_add_finds_the_document_and_its_id() {
        CogneeClient cognee = client();
        server.loseNextResponses(1);
        assertThat(failureOf(() -> add(cognee, DATASET, deal("1", "Deals 1"))))
                .isEqualTo(new Failure.Transient("connection_lost", Optional.empty()));

        String dataId = add(cognee, DATASET, deal("1", "Deals 1"));

        assertThat(server.documents(DATASET))
                .extracting(CogneeDouble.Document::dataId)
                .containsExactly(dataId);
    }

    @Test
    void an_llm_that_refuses_everybody_is_an_outage() {
        CogneeClient cognee = client();
        add(cognee, DATASET, deal("1", "Deals 1"));
        server.failCognify("litellm.AuthenticationError: AuthenticationError: Incorrect API key provided");

        assertThat(failureOf(() -> cognee.cognify(DATASET))).isEqualTo(new Failure.Outage("llm_credentials"));
        assertThat(server.cognifyRuns(DATASET)).isZero();

        server.failCognify(null);
        cognee.cognify(DATASET);
        assertThat(server.cognifyRuns(DATASET)).isEqualTo(1);
    }

    @Test
    void building_a_graph_has_a_time_limit_of_its_own() {
        server.cognifyLatency(Duration.ofSeconds(1));
        CogneeClient patient = client("COGNEE_TIMEOUT", "0.7");
        add(patient, DATASET, deal("1", "Deals 1"));
        patient.cognify(DATASET);

        CogneeClient hasty = client("COGNEE_COGNIFY_TIMEOUT", "1");
        server.cognifyLatency(Duration.ofSeconds(3));
        assertThat(failureOf(() -> hasty.cognify(DATASET)))
                .isEqualTo(new Failure.Transient("timeout", Optional.empty()));
    }

    @Test
    void an_answer_that_begins_and_never_ends_is_a_timeout() throws Exception {
        try (ServerSocket stuck = new ServerSocket(0)) {
            CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> beginAnswerAndHang(stuck));
            CogneeClient cognee = client(
                    "COGNEE_URL",
                    "http://localhost:" + stuck.getLocalPort(),
                    "COGNEE_TIMEOUT",
                    "0.5",
                    "COGNEE_HEALTH_TIMEOUT",
                    "0.2");

            assertThat(failureOf(() -> cognee.list(DATASET))).isEqualTo(new Failure.Outage("timeout"));
            assertThat(serving).isNotCompletedExceptionally();
        }
    }

    @Test
    void calls_are_timed_by_kind_and_outcome() {
        CogneeClient cognee = client();
        server.failNext(1, 415, "Deals 1");
        failureOf(() -> add(cognee, DATASET, deal("1", "Deals 1")));
        add(cognee, DATASET, deal("1", "Deals 1"));

        assertThat(metrics.get("sink.cognee.calls")
                        .tags("call", "add", "outcome", "200")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(metrics.get("sink.cognee.calls")
                        .tags("call", "add", "outcome", "415")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void no_message_shows_what_a_document_says() {
        server.refuse(text -> true, 400, "cannot read: a private note");

        MemoryException refusal =
                catchThrowableOfType(MemoryException.class, () -> add(client(), DATASET, deal("1", "a private note")));

        assertThat(refusal).hasMessage("Cognee's add failed: http_400 (RefusedOnRequestError)");
    }

    private CogneeClient client(String... variables) {
        Map<String, String> all = new HashMap<>();
        all.put("COGNEE_URL", server.url());
        for (int i = 0; i < variables.length; i += 2) {
            all.put(variables[i], variables[i + 1]);
        }
        SettingsReader reader = new SettingsReader(new Environment(all));
        CogneeSettings settings = CogneeSettings.from(reader);
        reader.finish();
        return CogneeClient.create(settings, metrics);
    }

    private static Failure failureOf(ThrowingCallable call) {
        return catchThrowableOfType(MemoryException.class, call).failure();
    }

    private static void beginAnswerAndHang(ServerSocket server) {
        try (Socket first = server.accept()) {
            OutputStream out = first.getOutputStream();
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            // The second connection is the question after its health, which gets no answer at all.
            server.accept();
            first.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (java.io.IOException e) {
            // The test is over.
        }
    }
}
