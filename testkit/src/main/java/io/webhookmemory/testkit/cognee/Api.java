package io.webhookmemory.testkit.cognee;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import io.webhookmemory.testkit.cognee.CogneeDouble.Document;
import io.webhookmemory.testkit.http.Connections;
import io.webhookmemory.testkit.http.Pause;
import io.webhookmemory.topics.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** The routes of Cognee's REST API, as far as the sink uses them. */
final class Api {
    private final CogneeDouble cognee;
    private final Store store;
    private final Faults faults;
    private final Access access;

    Api(CogneeDouble cognee, Store store, Faults faults, Access access) {
        this.cognee = cognee;
        this.store = store;
        this.faults = faults;
        this.access = access;
    }

    private record NewDataset(String name) {}

    private record DatasetView(
            UUID id, String name, @JsonProperty("createdAt") String createdAt) {
        static DatasetView of(Dataset dataset) {
            return new DatasetView(
                    dataset.id(), dataset.name(), dataset.createdAt().toString());
        }
    }

    private record DataView(
            String id,
            String name,
            String extension,
            @JsonProperty("mimeType") String mimeType,
            @JsonProperty("datasetId") UUID datasetId,
            @JsonProperty("externalMetadata") JsonNode externalMetadata) {}

    void addTo(RoutesConfig routes) {
        routes.get("/health", call -> health(call, !faults.isUnavailable()));
        routes.get("/health/detailed", call -> health(call, !faults.isUnavailable() && !faults.isLlmAway()));
        routes.post("/api/v1/auth/login", counted("login", this::login));
        routes.get("/api/v1/auth/me", counted("me", this::me));
        routes.get("/api/v1/datasets", counted("datasets", this::listDatasets));
        routes.post("/api/v1/datasets", counted("create_dataset", this::createDataset));
        routes.delete("/api/v1/datasets/{dataset}", counted("delete_dataset", this::deleteDataset));
        routes.get("/api/v1/datasets/{dataset}/data", counted("list", this::listData));
        routes.get("/api/v1/datasets/{dataset}/data/count", counted("count", this::countData));
        routes.get("/api/v1/datasets/{dataset}/data/{data}/raw", counted("raw", this::raw));
        routes.delete("/api/v1/datasets/{dataset}/data/{data}", counted("delete", this::deleteData));
        routes.post("/api/v1/add", counted("add", new AddRoute(cognee, store, faults)::add));
        routes.post("/api/v1/cognify", counted("cognify", this::cognify));
        routes.exception(
                Refusal.class, (refusal, call) -> call.status(refusal.status()).json(refusal.body()));
        routes.exception(
                HttpResponseException.class,
                (none, call) -> call.status(none.getStatus())
                        .json(Map.of(
                                "detail", HttpStatus.forStatus(none.getStatus()).getMessage())));
        routes.exception(LostResponse.class, (lost, call) -> Connections.drop(call.req()));
    }

    private Handler counted(String name, Handler handler) {
        return call -> {
            cognee.count(name);
            if (call.isMultipartFormData()) {
                // Read the body first: that time is part of the latency, not in addition to it.
                call.uploadedFiles();
            }
            Pause.after(call.req(), cognee.latency());
            admit(call, name);
            try {
                handler.handle(call);
            } catch (Refusal refusal) {
                boolean flattens = name.equals("add") || name.equals("cognify");
                throw flattens && cognee.version().hidesStatus() ? refusal.flattened() : refusal;
            }
        };
    }

    private void admit(Context call, String name) {
        if (faults.isUnavailable()) {
            throw Refusal.plain(503, "Service Unavailable");
        }
        faults.throttle().ifPresent(after -> {
            call.header("Retry-After", String.valueOf(after.toSeconds()));
            throw Refusal.plain(429, "Too Many Requests");
        });
        faults.failIfDrawn();
        if (!name.equals("login")) {
            access.check(call, cognee.version());
        }
    }

    private void health(Context call, boolean up) {
        call.status(up ? 200 : 503)
                .json(Map.of(
                        "status",
                        up ? "ready" : "not ready",
                        "health",
                        up ? "healthy" : "unhealthy",
                        "version",
                        cognee.version().number()));
    }

    private void login(Context call) {
        access.login(call);
    }

    private void me(Context call) {
        call.json(Map.of("email", "default_user@example.com"));
    }

    private void listDatasets(Context call) {
        call.json(store.datasets().stream().map(DatasetView::of).toList());
    }

    private void createDataset(Context call) {
        call.json(DatasetView.of(store.datasetNamed(read(call, NewDataset.class).name())));
    }

    private void listData(Context call) {
        List<Document> documents;
        UUID id = id(call, "dataset");
        if (cognee.version().pagesListings()) {
            Paging page = Paging.of(call);
            documents = readable(id).newestFirst(page);
        } else {
            documents = readable(id).largestFirst();
        }
        call.json(documents.stream()
                .map(document -> new DataView(
                        document.dataId(),
                        document.name(),
                        "txt",
                        "text/plain",
                        id,
                        Metadata.listed(document, cognee.version())))
                .toList());
    }

    private void countData(Context call) {
        if (!cognee.version().pagesListings()) {
            throw Refusal.plain(405, "Method Not Allowed");
        }
        call.json(Map.of("count", readable(id(call, "dataset")).count()));
    }

    private Dataset readable(UUID dataset) {
        return store.dataset(dataset).orElseThrow(() -> Refusal.permission("read"));
    }

    private void raw(Context call) {
        String dataId = id(call, "data").toString();
        Document document = readable(id(call, "dataset")).documents().stream()
                .filter(candidate -> candidate.dataId().equals(dataId))
                .findFirst()
                .orElseThrow(() -> Refusal.named(404, "DataNotFoundError", "Data (" + dataId + ") not found."));
        // Cognee distinguishes uploads by their bytes, and stores their text with Python's line ends.
        call.contentType("text/plain; charset=utf-8").result(document.text().replaceAll("\r\n?", "\n"));
    }

    private void deleteData(Context call) {
        UUID dataset = id(call, "dataset");
        if (!store.delete(dataset, id(call, "data").toString())) {
            throw Refusal.named(401, "UnauthorizedDataAccessError", "Dataset " + dataset + " not accessible.");
        }
        faults.loseResponseIfAsked();
        answerNull(call);
    }

    private void deleteDataset(Context call) {
        if (!store.deleteDataset(id(call, "dataset"))) {
            throw Refusal.permission("delete");
        }
        answerNull(call);
    }

    // One dataset after the other, as in Cognee; an unknown name creates an empty dataset.
    private void cognify(Context call) {
        CognifyBody body = read(call, CognifyBody.class);
        if (body.datasetIds().isEmpty() && body.datasets().isEmpty()) {
            throw Refusal.routed(400, "No datasets or dataset_ids provided", null);
        }
        for (String name : body.datasets()) {
            if (AddRoute.isBadName(name)) {
                store.datasetNamed(name);
                throw Refusal.routed(409, AddRoute.BAD_NAME, null);
            }
        }
        List<Dataset> wanted = Stream.concat(
                        body.datasetIds().stream()
                                .map(id -> store.dataset(id).orElseThrow(() -> Refusal.permission("write"))),
                        body.datasets().stream().map(store::datasetNamed))
                .toList();
        Map<String, Object> result = new LinkedHashMap<>();
        for (Dataset dataset : wanted) {
            result.put(
                    dataset.id().toString(),
                    dataset.locked(() -> build(dataset)).orElseThrow(Refusal::deletedMeanwhile));
        }
        call.json(result);
    }

    private Map<String, Object> build(Dataset dataset) {
        Pause.of(cognee.cognifyLatency());
        cognee.building(dataset.name());
        if (dataset.hasUnbuilt()) {
            faults.cognifyFailure(dataset.name()).ifPresent(detail -> {
                throw Refusal.routed(500, "Pipeline run errored", detail);
            });
        }
        cognee.countCognify(dataset.name());
        Map<String, Object> run = Runs.of(dataset.name());
        run.put("data_ingestion_info", Runs.documents(dataset.build()));
        return run;
    }

    private static void answerNull(Context call) {
        call.contentType("application/json").result("null");
    }

    private static UUID id(Context call, String parameter) {
        return uuid(call.pathParam(parameter));
    }

    static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.plain(400, "Input should be a valid UUID");
        }
    }

    private static <T> T read(Context call, Class<T> type) {
        try {
            return Json.MAPPER.readValue(call.body(), type);
        } catch (JsonProcessingException e) {
            throw Refusal.plain(400, "JSON decode error");
        }
    }
}
