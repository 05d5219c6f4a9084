package io.webhookmemory.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.cognee.NewDocument;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/** Calls to Cognee without the sink's client, and with the id of a dataset that is known. */
final class BareCognee {
    private static final String BOUNDARY = "bench-boundary";
    private static final int PAGE = 1000;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;
    private String datasetId = "";

    BareCognee(String url) {
        this.base = url + "/api/v1";
    }

    /** @return the ids of the documents, in their order */
    List<String> add(String dataset, List<NewDocument> documents) {
        StringBuilder form = new StringBuilder(part("name=\"datasetName\"", dataset));
        documents.forEach(document ->
                form.append(part("name=\"data\"; filename=\"" + document.fileName() + "\"", document.text())));
        form.append("--").append(BOUNDARY).append("--\r\n");
        JsonNode result = send(HttpRequest.newBuilder(URI.create(base + "/add"))
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(BodyPublishers.ofString(form.toString())));
        datasetId = result.path("dataset_id").asText();
        return result.path("data_ingestion_info").findValuesAsText("data_id");
    }

    void delete(String dataId) {
        send(HttpRequest.newBuilder(URI.create(base + "/datasets/" + datasetId + "/data/" + dataId))
                .DELETE());
    }

    /** One pass over all pages. */
    void list() {
        int rows;
        int offset = 0;
        do {
            String query = "/data?limit=" + PAGE + "&offset=" + offset;
            rows = send(HttpRequest.newBuilder(URI.create(base + "/datasets/" + datasetId + query)))
                    .size();
            offset += PAGE;
        } while (rows == PAGE);
    }

    private static String part(String disposition, String content) {
        return "--" + BOUNDARY + "\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n";
    }

    private JsonNode send(HttpRequest.Builder request) {
        try {
            var response = http.send(request.build(), BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException("Cognee answered " + response.statusCode());
            }
            return Json.MAPPER.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
