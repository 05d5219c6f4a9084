package io.webhookmemory.sink.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The worked examples of the documentation are what the code does. */
class DocumentExamplesTest {
    private static final Pattern EXAMPLE = Pattern.compile(
            "^## (\\w+)$.*?^```json\\n(.*?)^```$.*?^```text\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    @Test
    void every_module_has_an_example_and_every_example_is_true() throws IOException {
        String page = Files.readString(Path.of("../docs/documents.md"));
        Map<String, String> documented = new TreeMap<>();
        Map<String, String> written = new TreeMap<>();
        for (MatchResult example : EXAMPLE.matcher(page).results().toList()) {
            String module = example.group(1);
            documented.put(module, example.group(3));
            written.put(module, write(module, (ObjectNode) Json.MAPPER.readTree(example.group(2))));
        }

        assertThat(written).isEqualTo(documented);
        // An activity is one of these, by whichever name it came.
        List<String> modules = new ArrayList<>(Topics.DEFAULT_MODULES);
        modules.remove("Activities");
        modules.addAll(List.of("Quotes", "Cases", "CustomModule1"));
        assertThat(written.keySet()).containsExactlyInAnyOrderElementsOf(modules);
    }

    private static String write(String module, ObjectNode record) {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        String id = record.path("id").asText();
        WebhookEvent event = WebhookEvent.received(
                "e", EventType.UPDATE, module, id, record, List.of(), now, null, now, EventSource.SIGNED);
        return DocumentWriter.write(event, now).text();
    }
}
