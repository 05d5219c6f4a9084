package io.webhookmemory.console.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.admin.deadletter.DeadLetter;
import io.webhookmemory.admin.deadletter.Handled;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Header;

/**
 * A dead letter in full, without its payload.
 *
 * @param message of the last failure; nullable
 * @param handled what was done with it, and when; nullable
 * @param bytes size of the payload
 */
public record DeadLetterDetail(
        DeadLetterList.Row row,
        String message,
        String key,
        String account,
        Handled handled,
        Map<String, String> headers,
        int bytes) {

    static DeadLetterDetail of(DeadLetter deadLetter, Optional<Handled> handled) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : deadLetter.source().headers()) {
            headers.put(header.key(), header.value() == null ? "" : text(header.value()));
        }
        byte[] value = deadLetter.source().value();
        return new DeadLetterDetail(
                DeadLetterList.Row.of(deadLetter, handled),
                deadLetter.message(),
                deadLetter.key(),
                deadLetter.event().map(WebhookEvent::accountId).orElse(null),
                handled.orElse(null),
                headers,
                value == null ? 0 : value.length);
    }

    /** The payload as indented JSON, or as text where it is not JSON: personal data. */
    static String payload(DeadLetter deadLetter) {
        byte[] value = deadLetter.source().value();
        if (value == null) {
            return "";
        }
        try {
            JsonNode json = Json.MAPPER.readTree(value);
            return json.isContainerNode() ? json.toPrettyString() : text(value);
        } catch (IOException e) {
            return text(value);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
