package io.webhookmemory.admin;

import static io.webhookmemory.admin.trace.JourneyRecords.document;
import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code admin trace} with Cognee's address: the document itself is compared with the directory. */
class TraceInCogneeIT {
    private static final String TEXT = "Deals trace-1\nForty pumps\n\nStage: Won\n";

    private final KafkaForTests kafka = KafkaForTests.shared();
    private final String recordId = "trace-" + System.nanoTime();
    private CogneeDouble cognee;

    @BeforeEach
    void writeTheDocument() throws Exception {
        cognee = CogneeDouble.start();
        String form = "--b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"Deals_1.txt\"\r\n"
                + "Content-Type: text/plain\r\n\r\n" + TEXT
                + "\r\n--b\r\nContent-Disposition: form-data; name=\"datasetName\"\r\n\r\naccount_77\r\n--b--\r\n";
        HttpRequest add = HttpRequest.newBuilder(URI.create(cognee.url() + "/api/v1/add"))
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.ofString(form))
                .build();
        assertThat(HttpClient.newHttpClient().send(add, BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
    }

    @AfterEach
    void stop() {
        cognee.close();
    }

    @Test
    void the_text_is_printed_only_if_it_is_asked_for() throws Exception {
        directorySays(sha256(TEXT));

        CommandRun without = trace(Map.of());
        assertThat(without.out())
                .contains("cognee   holds the document with this text", "now      in memory as of ")
                .doesNotContain("Forty pumps");
        assertThat(trace(Map.of(), "--document").out()).endsWith("\ndocument\n" + TEXT);
        assertThat(trace(Map.of(), "--document", "--output", "json").out()).contains("Forty pumps");
    }

    @Test
    void another_text_is_told() throws Exception {
        directorySays(sha256("an older text"));

        assertThat(trace(Map.of()).out())
                .contains("cognee   holds the document with another text, sha256 " + sha256(TEXT));
    }

    @Test
    void a_document_that_cognee_lost_is_missing_whatever_the_directory_says() throws Exception {
        directorySays(sha256(TEXT));
        cognee.wipe();

        assertThat(trace(Map.of()).out())
                .contains("cognee   does not hold the document", "now      missing: Cognee does not hold document ");
    }

    @Test
    void credentials_are_used_and_a_refusal_leaves_what_the_directory_says() throws Exception {
        directorySays(sha256(TEXT));
        cognee.requireLogin("sync@example.com", "secret");

        assertThat(trace(Map.of("COGNEE_USERNAME", "sync@example.com", "COGNEE_PASSWORD", "secret"))
                        .out())
                .contains("cognee   holds the document with this text");
        CommandRun refused = trace(Map.of("COGNEE_API_KEY", "wrong"));
        assertThat(refused).returns(0, CommandRun::code);
        assertThat(refused.out()).contains("cognee   could not be asked: http_401", "now      in memory as of ");
        assertThat(trace(Map.of("COGNEE_URL", "http://localhost:1")).out())
                .contains("cognee   could not be asked: unreachable");
    }

    @Test
    void without_its_address_cognee_is_not_asked_and_has_no_text() throws Exception {
        directorySays(sha256(TEXT));

        assertThat(trace(Map.of("COGNEE_URL", "")).out()).doesNotContain("cognee ");
        CommandRun run = trace(Map.of("COGNEE_URL", ""), "--document");
        assertThat(run).returns(2, CommandRun::code);
        assertThat(run.err()).contains("--document requires COGNEE_URL");
    }

    private void directorySays(String contentSha256) throws Exception {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            String dataId = cognee.documents().get(0).dataId();
            ProducerRecord<String, byte[]> entry =
                    document(recordId, dataId, contentSha256, Instant.now(), Instant.now());
            producer.send(entry).get();
        }
    }

    private CommandRun trace(Map<String, String> variables, String... more) {
        Map<String, String> all = new java.util.HashMap<>(Map.of("COGNEE_URL", cognee.url()));
        all.putAll(variables);
        String[] arguments = new String[more.length + 3];
        arguments[0] = "trace";
        arguments[1] = "--record";
        arguments[2] = recordId;
        System.arraycopy(more, 0, arguments, 3, more.length);
        return CommandRun.of(kafka.bootstrapServers(), all, arguments);
    }

    private static String sha256(String text) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest);
    }
}
