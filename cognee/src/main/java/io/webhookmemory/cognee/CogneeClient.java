package io.webhookmemory.cognee;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.webhookmemory.topics.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Cognee over its REST API, versions 1.5 and 1.6. {@link Classification} defines what each failure means. */
public final class CogneeClient implements Memory {
    private final CogneeHttp http;
    private final CogneeSettings settings;
    private final DatasetIds datasets;
    private final Listing listing;
    private final Adding adding;
    private final SetupCheck setup;

    private CogneeClient(CogneeSettings settings, MeterRegistry metrics) {
        this.settings = settings;
        this.http = new CogneeHttp(settings, metrics);
        this.datasets = new DatasetIds(http);
        this.listing = new Listing(http);
        this.adding = new Adding(http, datasets);
        this.setup = new SetupCheck(http, settings);
    }

    public static CogneeClient create(CogneeSettings settings, MeterRegistry metrics) {
        return new CogneeClient(settings, metrics);
    }

    /** Whether Cognee reports that it can work; never throws. */
    public boolean isAvailable() {
        return http.isHealthy();
    }

    /**
     * Makes a small call that needs what every call needs: address, credentials, a working memory.
     *
     * @throws MemoryException if it fails, with a message for the operator: the address without credentials, and what
     *     to check
     */
    public void check() {
        setup.run();
    }

    /** Whether Cognee reports that it can build graphs; never throws. The call uses the LLM, which costs money. */
    public boolean canBuildGraphs() {
        return http.isHealthyInDetail();
    }

    /** The names of all datasets that this login may see, those of other applications included. */
    public List<String> datasets() {
        return datasets.names();
    }

    /** The text of a document; empty if there is no such document or dataset. */
    public Optional<String> text(String dataset, String dataId) {
        return datasets.find(dataset)
                .flatMap(id -> http.text(http.get("raw", "/datasets/" + id + "/data/" + dataId + "/raw")));
    }

    @Override
    public List<StoredDocument> list(String dataset) {
        Optional<String> id = datasets.find(dataset);
        if (id.isEmpty()) {
            return List.of();
        }
        try {
            return listing.of(id.get());
        } catch (MemoryException e) {
            if (isGone(dataset, e)) {
                return List.of();
            }
            throw e;
        }
    }

    /** Deletes a document that never existed: like every change, the call waits for the dataset's lock. */
    @Override
    public void settle(String dataset) {
        delete("settle", dataset, UUID.randomUUID().toString());
    }

    @Override
    public AddResult add(String dataset, List<NewDocument> documents) {
        return adding.add(dataset, documents);
    }

    @Override
    public boolean namesConflicts() {
        return http.version().map(version -> version.isAtLeast(1, 6)).orElse(false);
    }

    @Override
    public void delete(String dataset, String dataId) {
        delete("delete", dataset, dataId);
    }

    private void delete(String kind, String dataset, String dataId) {
        Optional<String> id = datasets.find(dataset);
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
        Optional<String> id = datasets.find(dataset);
        if (id.isEmpty()) {
            return;
        }
        try {
            http.send(http.delete("delete_dataset", "/datasets/" + id.get()));
            datasets.forget(dataset);
        } catch (MemoryException e) {
            if (!isGone(dataset, e)) {
                throw e;
            }
        }
    }

    @Override
    public boolean cognify(String dataset) {
        Optional<String> id = datasets.find(dataset);
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

    // Cognee may return 200 and report a failed run in the body only.
    private void requireCompleted(CogneeHttp.Call call, JsonNode runs) {
        for (JsonNode run : runs) {
            if (run.path("status").asText().equals("PipelineRunErrored")) {
                throw http.unexpected(call, "run_errored");
            }
        }
    }

    /** The response also lists documents whose graph already existed, with a status that says so. */
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

    /**
     * Cognee responds the same for a dataset that is gone and one that is forbidden: only the listing tells them apart.
     */
    private boolean isGone(String dataset, MemoryException e) {
        if (!e.failure().reason().equals("http_403")) {
            return false;
        }
        datasets.forget(dataset);
        return datasets.find(dataset).isEmpty();
    }
}
