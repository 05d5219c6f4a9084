package io.webhookmemory.embedded.cognee;

import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.javalin.http.UploadedFile;
import io.javalin.json.JavalinJackson;
import io.webhookmemory.service.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * An HTTP server that behaves as Cognee's REST API does, as far as the sink uses it: datasets, documents known by their
 * content, the lock per dataset, errors and their shapes. Latency and failures can be set, and what is in memory can be
 * read back. Thread-safe.
 */
public final class CogneeDouble implements AutoCloseable {
    private final Javalin server;
    private final Store store = new Store();
    private final Faults faults = new Faults();
    private volatile Duration latency = Duration.ZERO;
    private volatile Duration cognifyLatency = Duration.ZERO;
    private volatile Optional<String> apiKey = Optional.empty();
    private volatile Consumer<Document> listener = document -> {};

    private CogneeDouble(int port) {
        server = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.jsonMapper(new JavalinJackson(Json.MAPPER, false));
            routes(config.routes);
        });
        server.start("localhost", port);
    }

    /**
     * A document in memory.
     *
     * @param name the file name without its ending
     * @param externalMetadata JSON text as it was sent; null where there was none
     */
    public record Document(String dataset, String dataId, String name, String text, String externalMetadata) {}

    /** On any free port. */
    public static CogneeDouble start() {
        return start(0);
    }

    public static CogneeDouble start(int port) {
        return new CogneeDouble(port);
    }

    public String url() {
        return "http://localhost:" + server.port();
    }

    /** Every call takes this long; {@link #cognifyLatency} goes on top for building a graph. */
    public CogneeDouble latency(Duration duration) {
        latency = duration;
        return this;
    }

    public CogneeDouble cognifyLatency(Duration duration) {
        cognifyLatency = duration;
        return this;
    }

    /** From now on calls without this key in {@code X-Api-Key} get 401. */
    public CogneeDouble requireApiKey(String key) {
        apiKey = Optional.of(key);
        return this;
    }

    /** The next adds of a text that holds the given words fail with the status; then they succeed. */
    public void failNext(int times, int status, String words) {
        faults.failNext(times, status, words);
    }

    /** Adds of such a text are refused for good. */
    public void refuse(Predicate<String> text, int status, String detail) {
        faults.refuse(text, status, detail);
    }

    /** While true, every call is answered 503. */
    public void unavailable(boolean value) {
        faults.unavailable(value);
    }

    /** The next adds take effect, and the connection breaks before the answer is sent. */
    public void loseNextAnswers(int times) {
        faults.loseNextAnswers(times);
    }

    /** While not null, building a graph fails with 500 and this detail. */
    public void failCognify(String detail) {
        faults.failCognify(detail);
    }

    /** Called after each document that came to be, in the thread of the request. */
    public void onDocument(Consumer<Document> callback) {
        listener = callback;
    }

    /** All documents, in no particular order. */
    public List<Document> documents() {
        return store.documents();
    }

    public List<Document> documents(String dataset) {
        return documents().stream()
                .filter(document -> document.dataset().equals(dataset))
                .toList();
    }

    /** How often the dataset's graph was built. */
    public int cognifyRuns(String dataset) {
        return store.cognifyRuns(dataset);
    }

    /** Calls that asked to add a document, failed ones included. */
    public int adds() {
        return store.adds();
    }

    private void routes(RoutesConfig routes) {
        routes.before("/api/v1/*", this::admit);
        routes.get("/health", ctx -> {
            boolean up = !faults.isUnavailable();
            ctx.status(up ? 200 : 503)
                    .json(Map.of("status", up ? "ready" : "not ready", "health", up ? "healthy" : "unhealthy"));
        });
        routes.get("/api/v1/datasets", ctx -> ctx.json(store.datasets()));
        routes.get("/api/v1/datasets/{dataset}/data", this::listData);
        routes.post("/api/v1/add", this::add);
        routes.delete("/api/v1/datasets/{dataset}/data/{data}", this::deleteData);
        routes.delete("/api/v1/datasets/{dataset}", this::deleteDataset);
        routes.post("/api/v1/cognify", this::cognify);
        routes.exception(
                Refusal.class, (refusal, ctx) -> ctx.status(refusal.status()).json(refusal.body()));
        routes.exception(LostAnswer.class, (lost, ctx) -> Connections.drop(ctx.req()));
    }

    private void admit(Context ctx) {
        Pause.of(latency);
        if (faults.isUnavailable()) {
            throw new Refusal(503, "Service Unavailable");
        }
        if (apiKey.isPresent() && !apiKey.get().equals(ctx.header("X-Api-Key"))) {
            throw new Refusal(401, "Unauthorized");
        }
    }

    private void listData(Context ctx) {
        ctx.json(store.data(UUID.fromString(ctx.pathParam("dataset")))
                .orElseThrow(() -> new Refusal(403, "Dataset is not accessible")));
    }

    private void add(Context ctx) throws IOException {
        String dataset = ctx.formParam("datasetName");
        List<UploadedFile> files = ctx.uploadedFiles("data");
        if (dataset == null || files.isEmpty()) {
            throw new Refusal(400, "Either datasetId or datasetName must be provided.");
        }
        if (dataset.contains(" ") || dataset.contains(".")) {
            throw new Refusal(500, "ValueError: Dataset name cannot contain spaces or dots (Status code: 422)");
        }
        List<String> texts = new ArrayList<>();
        for (UploadedFile file : files) {
            String text = new String(file.content().readAllBytes(), StandardCharsets.UTF_8);
            faults.check(text);
            texts.add(text);
        }
        List<String> metadata = Metadata.perFile(ctx.formParam("external_metadata"), files.size());
        List<Store.Added> added = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            added.add(store.add(dataset, files.get(i).filename(), texts.get(i), metadata.get(i), listener));
        }
        if (faults.loseThisAnswer()) {
            throw new LostAnswer();
        }
        ctx.json(store.addResult(dataset, added));
    }

    private void deleteData(Context ctx) {
        UUID dataset = UUID.fromString(ctx.pathParam("dataset"));
        if (store.data(dataset).isEmpty()) {
            throw new Refusal(401, "User does not have permission [UnauthorizedDataAccessError]");
        }
        store.delete(dataset, ctx.pathParam("data"));
        ctx.contentType("application/json").result("null");
    }

    private void deleteDataset(Context ctx) {
        if (!store.deleteDataset(UUID.fromString(ctx.pathParam("dataset")))) {
            throw new Refusal(403, "Dataset is not accessible");
        }
        ctx.contentType("application/json").result("null");
    }

    private void cognify(Context ctx) {
        CognifyBody body = ctx.bodyAsClass(CognifyBody.class);
        if (body.datasetIds().isEmpty() && body.datasets().isEmpty()) {
            throw new Refusal(400, "No datasets or dataset_ids provided");
        }
        if (faults.cognifyFailure() != null) {
            Pause.of(cognifyLatency);
            throw new Refusal(HttpStatus.INTERNAL_SERVER_ERROR.getCode(), faults.cognifyFailure());
        }
        ctx.json(store.cognify(body.datasetIds(), body.datasets(), () -> Pause.of(cognifyLatency)));
    }

    @Override
    public void close() {
        server.stop();
    }
}
