package io.webhookmemory.e2e;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.quickstart.LocalPipeline;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.testkit.net.FreePort;
import io.webhookmemory.testkit.zoho.ZohoDouble;
import io.webhookmemory.topics.json.Json;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** A pipeline with Zoho's credentials and its channels, and a Zoho whose records can be changed. */
final class SubscribedPipeline implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(90);
    private static final AtomicLong NEXT_ID = new AtomicLong(5_725_767_000_007_000_000L);

    final ZohoDouble zoho = ZohoDouble.start();
    private final LocalPipeline pipeline;
    private final CogneeDouble cognee;

    /** @param channels how many there are to be before anything is changed */
    private SubscribedPipeline(Map<String, String> settings, int channels) {
        int port = FreePort.any();
        Map<String, String> variables = new HashMap<>(zoho.variables());
        variables.put("INGRESS_PORT", String.valueOf(port));
        variables.put("WEBHOOK_BASE_URL", "http://localhost:" + port);
        variables.put("ZOHO_RATE_LIMIT", "1000");
        variables.putAll(settings);
        pipeline = LocalPipeline.start(variables);
        cognee = pipeline.cognee().orElseThrow();
        await().atMost(LIMIT).until(() -> zoho.channels().size() == channels);
    }

    static SubscribedPipeline start(Map<String, String> settings, int channels) {
        return new SubscribedPipeline(settings, channels);
    }

    static String newId() {
        return String.valueOf(NEXT_ID.incrementAndGet());
    }

    static ObjectNode record(String id, String field, String value) {
        return Json.MAPPER.createObjectNode().put("id", id).put(field, value);
    }

    /** A record with a reference to another. */
    static ObjectNode linked(ObjectNode record, String field, String id) {
        record.putObject(field).put("id", id).put("name", "N" + id);
        return record;
    }

    /** Posts a signed webhook, beside what the channels report. */
    HttpResponse<String> post(String body) {
        return pipeline.webhookClient().post(UUID.randomUUID().toString(), body);
    }

    List<CogneeDouble.Document> documentsOf(String record) {
        return cognee.documents().stream()
                .filter(document -> document.name().endsWith("_" + record))
                .toList();
    }

    /** Where the documents of records are: name → dataset; a document that is there twice has both datasets. */
    Map<String, String> places(List<String> records) {
        Map<String, String> places = new TreeMap<>();
        records.forEach(record -> documentsOf(record)
                .forEach(document ->
                        places.merge(document.name(), document.dataset(), (one, other) -> one + " and " + other)));
        return places;
    }

    @Override
    public void close() {
        pipeline.close();
        zoho.close();
    }
}
