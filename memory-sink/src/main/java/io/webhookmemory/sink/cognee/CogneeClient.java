package io.webhookmemory.sink.cognee;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.webhookmemory.service.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Cognee over its REST API, versions 1.5 and 1.6. What each failure means: {@link Classification}. */
public final class CogneeClient implements Memory {
    private final CogneeHttp http;
    private final CogneeSettings settings;
    /** A dataset's id follows from its name and its owner, so that a cached one cannot be wrong, only gone. */
    private final Map<String, String> datasetIds = new ConcurrentHashMap<>();

    private CogneeClient(CogneeSettings settings, MeterRegistry metrics) {
        this.settings = settings;
        this.http = new CogneeHttp(settings, metrics);
    }

    public static CogneeClient create(CogneeSettings settings, MeterRegistry metrics) {
        return new CogneeClient(settings, metrics);
    }

    @Override
    public boolean isAvailable() {
        return http.isHealthy();
    }

    @Override
    public boolean canBuildGraphs() {
        return http.isHealthyInDetail();
    }

    @Override
    public List<StoredDocument> list(String dataset) {
        Optional<String> id = datasetId(dataset);
        if (id.isEmpty()) {
            return List.of();
        }
        try {
            return http.sendForRows(http.get("list", "/datasets/" + id.get() + "/data"), CogneeClient::document);
        } catch (MemoryException e) {
            if (isGone(dataset, e)) {
                return List.of();
            }
            throw e;
        }
    }

    /** Changes of a dataset wait in line for its lock, and so does the deletion of a document that nobody ever had. */
    @Override
    public List<StoredDocument> listSettled(String dataset) {
        if (datasetId(dataset).isEmpty()) {
            return List.of();
        }
        delete("settle", dataset, UUID.randomUUID().toString());
        return list(dataset);
    }

    @Override
    public String add(String dataset, NewDocument document) {
        MultipartForm form = new MultipartForm()
                .field("datasetName", dataset)
                .field("external_metadata", "[" + metadata(document.metadata()) + "]")
                .file("data", document.fileName(), document.text());
        CogneeHttp.Call call = http.post("add", "/add", form);
        JsonNode result = http.send(call);
        String dataId =
                result.path("data_ingestion_info").path(0).path("data_id").asText();
        if (dataId.isEmpty()) {
            throw http.unexpected(call, "no_data_id");
        }
        datasetIds.put(dataset, result.path("dataset_id").asText());
        return dataId;
    }

    @Override
    public void delete(String dataset, String dataId) {
        delete("delete", dataset, dataId);
    }

    private void delete(String kind, String dataset, String dataId) {
        Optional<String> id = datasetId(dataset);
        if (id.isEmpty()) {
            return;
        }
        try {
            http.send(http.delete(kind, "/datasets/" + id.get() + "/data/" + dataId));
        } catch (MemoryException e) {
            if (!isGone(dataset, e)) {
                throw e;
            }
        }
    }

    @Override
    public void deleteDataset(String dataset) {
        Optional<String> id = datasetId(dataset);
        if (id.isEmpty()) {
            return;
        }
        try {
            http.send(http.delete("delete_dataset", "/datasets/" + id.get()));
            datasetIds.remove(dataset);
        } catch (MemoryException e) {
            if (!isGone(dataset, e)) {
                throw e;
            }
        }
    }

    @Override
    public boolean cognify(String dataset) {
        Optional<String> id = datasetId(dataset);
        if (id.isEmpty()) {
            return false;
        }
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.putArray("dataset_ids").add(id.get());
        body.put("run_in_background", false);
        CogneeHttp.Call call = http.postJson("cognify", "/cognify", body, settings.cognifyTimeout());
        try {
            JsonNode runs = http.send(call);
            requireCompleted(call, runs);
            return hasBuilt(runs);
        } catch (MemoryException e) {
            if (!isGone(dataset, e)) {
                throw e;
            }
            return false;
        }
    }

    // Cognee may answer 200 and say only in the body that a run failed.
    private void requireCompleted(CogneeHttp.Call call, JsonNode runs) {
        for (JsonNode run : runs) {
            if (run.path("status").asText().equals("PipelineRunErrored")) {
                throw http.unexpected(call, "run_errored");
            }
        }
    }

    /** Documents whose graph was there already are named too, with a status that says so. */
    private static boolean hasBuilt(JsonNode runs) {
        for (JsonNode run : runs) {
            JsonNode documents = run.path("data_ingestion_info");
            if (!documents.isArray()) {
                return true;
            }
            for (JsonNode document : documents) {
                if (!document.path("run_info").path("status").asText().equals("PipelineRunAlreadyCompleted")) {
                    return true;
                }
            }
        }
        return false;
    }

    /** A dataset that is gone is answered for just as one that is forbidden: only the listing tells them apart. */
    private boolean isGone(String dataset, MemoryException e) {
        if (!e.failure().reason().equals("http_403")) {
            return false;
        }
        datasetIds.remove(dataset);
        return datasetId(dataset).isEmpty();
    }

    private Optional<String> datasetId(String dataset) {
        String known = datasetIds.get(dataset);
        if (known != null) {
            return Optional.of(known);
        }
        http.sendForRows(http.get("datasets", "/datasets"), row -> row)
                .forEach(row ->
                        datasetIds.put(row.path("name").asText(), row.path("id").asText()));
        return Optional.ofNullable(datasetIds.get(dataset));
    }

    private static StoredDocument document(JsonNode row) {
        return new StoredDocument(row.path("id").asText(), row.path("name").asText(), metadata(row));
    }

    // The listing gives the metadata as an object or as JSON text, by version.
    private static DocumentMetadata metadata(JsonNode row) {
        try {
            JsonNode metadata = row.path("externalMetadata");
            JsonNode object = metadata.isTextual() ? Json.MAPPER.readTree(metadata.asText()) : metadata;
            DocumentMetadata read = Json.MAPPER.treeToValue(object, DocumentMetadata.class);
            return read == null || read.recordId() == null || read.eventTime() == null ? null : read;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static String metadata(DocumentMetadata metadata) {
        try {
            return Json.MAPPER.writeValueAsString(metadata);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("text and time can always be written", e);
        }
    }
}
