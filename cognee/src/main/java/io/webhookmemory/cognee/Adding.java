package io.webhookmemory.cognee;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.topics.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Adds documents to a dataset in one call. Thread-safe. */
final class Adding {
    private static final Pattern DATA_ID = Pattern.compile("\\(data_id ([0-9a-fA-F-]{36})\\)");

    private final CogneeHttp http;
    private final DatasetIds datasets;

    Adding(CogneeHttp http, DatasetIds datasets) {
        this.http = http;
        this.datasets = datasets;
    }

    AddResult add(String dataset, List<NewDocument> documents) {
        requireDifferentNames(documents);
        if (documents.isEmpty()) {
            return new AddResult.Added(List.of());
        }
        Map<String, NewDocument> byText = new LinkedHashMap<>();
        documents.forEach(document -> byText.putIfAbsent(document.text(), document));
        List<NewDocument> sent = new ArrayList<>(byText.values());
        CogneeHttp.Call call = http.post("add", "/add", form(dataset, sent));
        return http.send(call, json -> added(call, dataset, documents, sent, json), Adding::conflict);
    }

    // Within one call Cognee does not check for other content under the same name; it would create both documents.
    private static void requireDifferentNames(List<NewDocument> documents) {
        Set<String> names = new HashSet<>();
        for (NewDocument document : documents) {
            if (!names.add(document.fileName())) {
                throw new IllegalArgumentException("two documents of one call are named " + document.fileName());
            }
        }
    }

    private static MultipartForm form(String dataset, List<NewDocument> documents) {
        List<String> metadata = documents.stream()
                .map(document -> metadata(document.metadata()))
                .toList();
        MultipartForm form = new MultipartForm()
                .field("datasetName", dataset)
                .field("external_metadata", "[" + String.join(",", metadata) + "]");
        documents.forEach(document -> form.file("data", document.fileName(), document.text()));
        return form;
    }

    // If several files of one call have the same text, Cognee keeps each but returns one id for all. So send each text
    // once, and return its id for all documents that have it, as if they were added one by one.
    private AddResult added(
            CogneeHttp.Call call,
            String dataset,
            List<NewDocument> documents,
            List<NewDocument> sent,
            JsonNode result) {
        JsonNode ingested = result.path("data_ingestion_info");
        if (ingested.size() != sent.size()) {
            throw http.unexpected(call, "no_data_id");
        }
        Map<String, String> idOfText = new LinkedHashMap<>();
        for (int i = 0; i < sent.size(); i++) {
            String dataId = ingested.path(i).path("data_id").asText();
            if (dataId.isEmpty()) {
                throw http.unexpected(call, "no_data_id");
            }
            idOfText.put(sent.get(i).text(), dataId);
        }
        datasets.put(dataset, result.path("dataset_id").asText());
        return new AddResult.Added(documents.stream()
                .map(document -> idOfText.get(document.text()))
                .toList());
    }

    private static Optional<AddResult> conflict(ErrorResponse error) {
        boolean refusesUpdate = error.status() == 409
                && (error.text().contains("does not update documents")
                        || error.errorName().equals(Optional.of("DocumentUpdateRequiredError")));
        List<String> dataIds = DATA_ID.matcher(error.text())
                .results()
                .map((MatchResult id) -> id.group(1))
                .toList();
        return refusesUpdate && !dataIds.isEmpty() ? Optional.of(new AddResult.Conflict(dataIds)) : Optional.empty();
    }

    private static String metadata(DocumentMetadata metadata) {
        try {
            return Json.MAPPER.writeValueAsString(metadata);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("text and time can always be written", e);
        }
    }
}
