package io.webhookmemory.sink.cognee;

import static io.webhookmemory.sink.cognee.Documents.deal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the sink relies on in Cognee, whichever Cognee it is. Every test has a dataset of its own and removes it, so that
 * the suite can be run against a server that holds other things.
 */
abstract class CogneeContract {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String dataset = "contract_" + UUID.randomUUID().toString().replace("-", "");
    private CogneeSettings settings;
    private CogneeClient cognee;

    /** The {@code COGNEE_…} variables to reach the server with. */
    abstract Map<String, String> variables();

    /** To be done after the test has removed what it left. */
    void release() {}

    @BeforeEach
    void connect() {
        settings = CogneeSettings.from(new SettingsReader(new Environment(variables())));
        cognee = newClient();
    }

    @AfterEach
    void removeWhatTheTestLeft() {
        newClient().deleteDataset(dataset);
        release();
    }

    private CogneeClient newClient() {
        return CogneeClient.create(settings, new SimpleMeterRegistry());
    }

    @Test
    void it_says_that_it_can_work() {
        assertThat(cognee.isAvailable()).isTrue();
    }

    @Test
    void a_document_that_was_added_is_listed_with_its_metadata() {
        NewDocument document = deal("4711", "Deals 4711\nName: Grüße & 100 % — \"quoted\"\r\nlast line");

        String dataId = cognee.add(dataset, document);

        assertThat(cognee.list(dataset)).containsExactly(new StoredDocument(dataId, "Deals_4711", document.metadata()));
    }

    @Test
    void its_text_is_kept_but_for_the_kind_of_line_ends() throws Exception {
        String text = "Deals 1\nName: Grüße & 100 % — \"quoted\"\r\n\r\n--boundary--\r\n🙂 last line without an end";

        String dataId = cognee.add(dataset, deal("1", text));

        assertThat(call("GET", "/datasets/" + datasetId() + "/data/" + dataId + "/raw")
                        .body())
                .isEqualTo(text.replace("\r\n", "\n"));
        assertThat(cognee.add(dataset, deal("1", text))).as("added again").isEqualTo(dataId);
    }

    @Test
    void the_same_document_added_twice_is_one_with_one_id() {
        String first = cognee.add(dataset, deal("1", "the same"));

        String second = cognee.add(dataset, deal("1", "the same"));

        assertThat(second).isEqualTo(first);
        assertThat(cognee.list(dataset)).hasSize(1);
    }

    @Test
    void two_records_have_two_documents() {
        cognee.add(dataset, deal("1", "Deals 1"));
        cognee.add(dataset, deal("2", "Deals 2"));

        assertThat(cognee.list(dataset))
                .extracting(StoredDocument::name)
                .containsExactlyInAnyOrder("Deals_1", "Deals_2");
    }

    @Test
    void a_changed_document_takes_the_place_of_one_that_was_deleted_before() {
        String old = cognee.add(dataset, deal("1", "as it was"));
        cognee.delete(dataset, old);

        String current = cognee.add(dataset, deal("1", "as it is"));

        assertThat(cognee.list(dataset)).extracting(StoredDocument::dataId).containsExactly(current);
    }

    @Test
    void a_changed_document_added_beside_the_old_one_never_replaces_it_silently() {
        cognee.add(dataset, deal("1", "as it was"));

        MemoryException refusal =
                catchThrowableOfType(MemoryException.class, () -> cognee.add(dataset, deal("1", "as it is")));

        if (refusal == null) {
            assertThat(cognee.list(dataset)).as("1.5 keeps both").hasSize(2);
        } else {
            assertThat(refusal.failure().reason()).as("1.6 refuses").isEqualTo("http_409");
            assertThat(cognee.list(dataset)).hasSize(1);
        }
    }

    @Test
    void a_document_can_be_deleted_and_deleted_again_before_and_after_its_graph_was_built() {
        String never = cognee.add(dataset, deal("1", "Deals 1"));
        cognee.delete(dataset, never);
        cognee.delete(dataset, never);
        String built = cognee.add(dataset, deal("2", "Deals 2"));
        cognee.cognify(dataset);
        cognee.delete(dataset, built);
        cognee.delete(dataset, built);

        assertThat(cognee.list(dataset)).isEmpty();
    }

    @Test
    void a_graph_can_be_built_again_and_again() {
        cognee.add(dataset, deal("1", "Deals 1"));
        cognee.cognify(dataset);
        cognee.cognify(dataset);
        cognee.add(dataset, deal("2", "Deals 2"));

        assertThatNoException().isThrownBy(() -> cognee.cognify(dataset));
    }

    @Test
    void a_dataset_that_nobody_made_is_empty_and_can_be_deleted() {
        assertThat(cognee.list(dataset)).isEmpty();
        assertThatNoException().isThrownBy(() -> {
            cognee.delete(dataset, UUID.randomUUID().toString());
            cognee.cognify(dataset);
            cognee.deleteDataset(dataset);
        });
    }

    @Test
    void a_dataset_that_another_client_deleted_is_gone_for_this_one_too() {
        String dataId = cognee.add(dataset, deal("1", "Deals 1"));
        newClient().deleteDataset(dataset);

        assertThat(cognee.list(dataset)).isEmpty();
        assertThatNoException().isThrownBy(() -> {
            cognee.delete(dataset, dataId);
            cognee.cognify(dataset);
            cognee.deleteDataset(dataset);
        });
    }

    @Test
    void a_cached_dataset_id_holds_when_another_client_deleted_the_dataset_and_made_it_anew() throws Exception {
        cognee.add(dataset, deal("1", "Deals 1"));
        String before = datasetId();
        newClient().deleteDataset(dataset);

        String dataId = newClient().add(dataset, deal("2", "Deals 2"));

        assertThat(datasetId()).isEqualTo(before);
        assertThat(cognee.list(dataset)).extracting(StoredDocument::dataId).containsExactly(dataId);
    }

    @Test
    void a_dataset_name_that_is_not_allowed_is_refused_for_good() {
        MemoryException refusal =
                catchThrowableOfType(MemoryException.class, () -> cognee.add("not allowed", deal("1", "Deals 1")));

        assertThat(refusal.failure()).isEqualTo(new Failure.Permanent("bad_dataset_name"));
        cognee.deleteDataset("not allowed");
    }

    @Test
    void an_unknown_dataset_is_answered_for_as_a_forbidden_one() throws Exception {
        String unknown = "/datasets/" + UUID.randomUUID();

        assertThat(call("GET", unknown + "/data").statusCode()).isEqualTo(403);
        assertThat(call("DELETE", unknown).statusCode()).isEqualTo(403);
        HttpResponse<String> ofData = call("DELETE", unknown + "/data/" + UUID.randomUUID());
        assertThat(ofData.statusCode()).isEqualTo(401);
        assertThat(Answer.of(ofData).errorName()).contains("UnauthorizedDataAccessError");
    }

    private String datasetId() throws Exception {
        List<String> ids = Json.MAPPER.readTree(call("GET", "/datasets").body()).findParents("name").stream()
                .filter(row -> row.path("name").asText().equals(dataset))
                .map(row -> row.path("id").asText())
                .toList();
        assertThat(ids).hasSize(1);
        return ids.get(0);
    }

    /** A call as any client makes it, past the one under test. */
    private HttpResponse<String> call(String method, String path) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(settings.url() + "/api/v1" + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        settings.apiKey().ifPresent(key -> request.header("X-Api-Key", key.value()));
        if (settings.username().isPresent()) {
            request.header("Authorization", "Bearer " + login());
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String login() throws IOException, InterruptedException {
        String form = "username=" + encode(settings.username().orElseThrow()) + "&password="
                + encode(settings.password().orElseThrow().value());
        HttpRequest request = HttpRequest.newBuilder(URI.create(settings.url() + "/api/v1/auth/login"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        JsonNode answer = Json.MAPPER.readTree(
                HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
        return answer.path("access_token").asText();
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
