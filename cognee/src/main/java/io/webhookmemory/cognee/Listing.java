package io.webhookmemory.cognee;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.topics.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads the whole listing of a dataset. From 1.6.1 on, Cognee lists in pages, which are not a snapshot: documents added
 * or deleted between two pages shift the rows. Thread-safe.
 */
final class Listing {
    /** The largest page that Cognee allows. */
    private static final int PAGE = 1000;

    private static final int MOST_PASSES = 5;

    private final CogneeHttp http;

    Listing(CogneeHttp http) {
        this.http = http;
    }

    /**
     * All documents, each once. If two passes agree, their documents existed when they were counted in between; if the
     * count agrees too, no others existed. One page that is not full is a snapshot, and needs only the count.
     *
     * @throws MemoryException also if the dataset changed during every pass: {@code listing_unsettled}, transient
     */
    List<StoredDocument> of(String datasetId) {
        Map<String, StoredDocument> before = Map.of();
        for (int pass = 0; pass < MOST_PASSES; pass++) {
            OptionalLong count = count(datasetId);
            if (count.isEmpty()) {
                return http.sendForRows(http.get("list", "/datasets/" + datasetId + "/data"), Listing::document);
            }
            Map<String, StoredDocument> documents = onePass(datasetId);
            boolean agreed = documents.size() < PAGE || documents.keySet().equals(before.keySet());
            if (agreed && documents.size() == count.getAsLong()) {
                return new ArrayList<>(documents.values());
            }
            before = documents;
        }
        throw http.unexpected(http.get("list", ""), "listing_unsettled");
    }

    private Map<String, StoredDocument> onePass(String datasetId) {
        Map<String, StoredDocument> documents = new LinkedHashMap<>();
        List<StoredDocument> page;
        int offset = 0;
        do {
            String query = "?limit=" + PAGE + "&offset=" + offset;
            page = http.sendForRows(http.get("list", "/datasets/" + datasetId + "/data" + query), Listing::document);
            page.forEach(document -> documents.put(document.dataId(), document));
            offset += PAGE;
        } while (page.size() == PAGE);
        return documents;
    }

    /** Empty if Cognee has no count: up to 1.6.0, whose listing returns all documents. */
    private OptionalLong count(String datasetId) {
        CogneeHttp.Call call = http.get("count", "/datasets/" + datasetId + "/data/count");
        return http.send(
                call,
                count -> OptionalLong.of(count.path("count").asLong(-1)),
                error -> error.isUnknownPath() ? Optional.of(OptionalLong.empty()) : Optional.empty());
    }

    private static StoredDocument document(JsonNode row) {
        return new StoredDocument(row.path("id").asText(), row.path("name").asText(), metadata(row));
    }

    // The metadata is an object or JSON text, depending on the version.
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
}
