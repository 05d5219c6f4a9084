package io.webhookmemory.embedded.cognee;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.UploadedFile;
import io.webhookmemory.embedded.cognee.CogneeDouble.Document;
import io.webhookmemory.embedded.http.Connections;
import io.webhookmemory.embedded.http.Pause;
import io.webhookmemory.service.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** The routes of Cognee's REST API, as far as the sink uses them. */
final class Api {
    private static final String BAD_NAME = "Dataset name cannot contain spaces or dots.";

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
        routes.get("/api/v1/datasets", counted("datasets", this::listDatasets));
        routes.post("/api/v1/datasets", counted("create_dataset", this::createDataset));
        routes.delete("/api/v1/datasets/{dataset}", counted("delete_dataset", this::deleteDataset));
        routes.get("/api/v1/datasets/{dataset}/data", counted("list", this::listData));
        routes.get("/api/v1/datasets/{dataset}/data/{data}/raw", counted("raw", this::raw));
        routes.delete("/api/v1/datasets/{dataset}/data/{data}", counted("delete", this::deleteData));
        routes.post("/api/v1/add", counted("add", this::add));
        routes.post("/api/v1/cognify", counted("cognify", this::cognify));
        routes.exception(
                Refusal.class, (refusal, call) -> call.status(refusal.status()).json(refusal.body()));
        routes.exception(LostAnswer.class, (lost, call) -> Connections.drop(call.req()));
    }

    private Handler counted(String name, Handler handler) {
        return call -> {
            cognee.count(name);
            if (call.isMultipartFormData()) {
                // Read first: the time that takes is part of the latency, not on top of it.
                call.uploadedFiles();
            }
            Pause.after(call.req(), cognee.latency());
            admit(call, name);
            try {
                handler.handle(call);
            } catch (Refusal refusal) {
                boolean flattens = name.equals("add") || name.equals("cognify");
                throw flattens && cognee.version() == CogneeVersion.V1_5 ? refusal.flattened() : refusal;
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

    private void listDatasets(Context call) {
        call.json(store.datasets().stream().map(DatasetView::of).toList());
    }

    private void createDataset(Context call) {
        call.json(DatasetView.of(store.datasetNamed(read(call, NewDataset.class).name())));
    }

    private void listData(Context call) {
        Dataset dataset = store.dataset(id(call, "dataset")).orElseThrow(() -> Refusal.permission("read"));
        call.json(dataset.documents().stream()
                .map(document -> new DataView(
                        document.dataId(),
                        document.name(),
                        "txt",
                        "text/plain",
                        dataset.id(),
                        Metadata.listed(document, cognee.version())))
                .toList());
    }

    private void raw(Context call) {
        String dataId = id(call, "data").toString();
        Dataset dataset = store.dataset(id(call, "dataset")).orElseThrow(() -> Refusal.permission("read"));
        Document document = dataset.documents().stream()
                .filter(candidate -> candidate.dataId().equals(dataId))
                .findFirst()
                .orElseThrow(() -> Refusal.named(404, "DataNotFoundError", "Data (" + dataId + ") not found."));
        // Cognee tells uploads apart by their bytes, and keeps their text with the line ends of Python.
        call.contentType("text/plain; charset=utf-8").result(document.text().replaceAll("\r\n?", "\n"));
    }

    private void deleteData(Context call) {
        UUID dataset = id(call, "dataset");
        if (!store.delete(dataset, id(call, "data").toString())) {
            throw Refusal.named(401, "UnauthorizedDataAccessError", "Dataset " + dataset + " not accessible.");
        }
        loseAnswerIfAsked();
        answerNull(call);
    }

    private void deleteDataset(Context call) {
        if (!store.deleteDataset(id(call, "dataset"))) {
            throw Refusal.permission("delete");
        }
        answerNull(call);
    }

    private void add(Context call) throws IOException {
        List<UploadedFile> files = call.uploadedFiles("data");
        List<String> metadata = Metadata.perFile(call.formParam("external_metadata"), files.size());
        String dataset = datasetOf(call);
        if (files.isEmpty()) {
            throw Refusal.routed(400, "Provide at least one file in 'data' or one entry in 'raw_data'.", null);
        }
        if (isBadName(dataset)) {
            store.datasetNamed(dataset);
            throw Refusal.routed(500, "Internal server error", BAD_NAME);
        }
        List<Store.Upload> uploads = new ArrayList<>();
        for (UploadedFile file : files) {
            String text = new String(file.content().readAllBytes(), StandardCharsets.UTF_8);
            faults.check(text);
            uploads.add(new Store.Upload(file.filename(), text, metadata.get(uploads.size())));
        }
        List<Store.Added> added = store.add(dataset, uploads, cognee.version(), cognee::tell);
        loseAnswerIfAsked();
        call.json(addResult(dataset, added));
    }

    private void loseAnswerIfAsked() {
        if (faults.loseThisAnswer()) {
            throw new LostAnswer();
        }
    }

    private String datasetOf(Context call) {
        String id = call.formParam("datasetId");
        if (id != null && !id.isEmpty()) {
            return store.dataset(uuid(id))
                    .orElseThrow(() -> Refusal.permission("write"))
                    .name();
        }
        String name = call.formParam("datasetName");
        if (name == null || name.isEmpty()) {
            throw Refusal.routed(400, "Either datasetId or datasetName must be provided.", null);
        }
        return name;
    }

    private static Map<String, Object> addResult(String dataset, List<Store.Added> added) {
        Map<String, Object> result = run(dataset);
        result.put("data_ingestion_info", ingestion(added));
        return result;
    }

    private static List<Map<String, Object>> ingestion(List<Store.Added> documents) {
        return documents.stream()
                .map(document -> Map.of(
                        "run_info",
                        Map.of("status", document.existed() ? "PipelineRunAlreadyCompleted" : "PipelineRunCompleted"),
                        "data_id",
                        document.dataId()))
                .toList();
    }

    private static Map<String, Object> run(String dataset) {
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("status", "PipelineRunCompleted");
        run.put("pipeline_run_id", UUID.randomUUID());
        run.put("dataset_id", Dataset.idOf(dataset));
        run.put("dataset_name", dataset);
        return run;
    }

    // One dataset after the other, as in Cognee; a name that nobody knows comes to be an empty dataset.
    private void cognify(Context call) {
        CognifyBody body = read(call, CognifyBody.class);
        if (body.datasetIds().isEmpty() && body.datasets().isEmpty()) {
            throw Refusal.routed(400, "No datasets or dataset_ids provided", null);
        }
        for (String name : body.datasets()) {
            if (isBadName(name)) {
                store.datasetNamed(name);
                throw Refusal.routed(409, BAD_NAME, null);
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
        if (dataset.hasUnbuilt()) {
            faults.cognifyFailure(dataset.name()).ifPresent(detail -> {
                throw Refusal.routed(500, "Pipeline run errored", detail);
            });
        }
        cognee.countCognify(dataset.name());
        Map<String, Object> run = run(dataset.name());
        run.put("data_ingestion_info", ingestion(dataset.build()));
        return run;
    }

    // Cognee makes the dataset before it looks at the name, and leaves it behind.
    private static boolean isBadName(String dataset) {
        return dataset.contains(" ") || dataset.contains(".");
    }

    private static void answerNull(Context call) {
        call.contentType("application/json").result("null");
    }

    private static UUID id(Context call, String parameter) {
        return uuid(call.pathParam(parameter));
    }

    private static UUID uuid(String text) {
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
