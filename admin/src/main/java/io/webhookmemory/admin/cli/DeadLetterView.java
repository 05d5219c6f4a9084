package io.webhookmemory.admin.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.webhookmemory.admin.deadletter.DeadLetter;
import io.webhookmemory.admin.deadletter.Handled;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Header;

/** A dead letter as it is printed. */
final class DeadLetterView {
    private static final String LINE = "%-10s %-20s %-9s %-24s %-46s %-20s %8s %8s%n";

    private DeadLetterView() {}

    /**
     * One line of a listing.
     *
     * @param state waiting, redriven, discarded
     */
    record Line(
            String id,
            Instant at,
            String state,
            String reason,
            String message,
            String subject,
            String eventId,
            String module,
            String recordId,
            String accountId,
            String attempts,
            int redrives) {}

    /** A dead letter in full; the JSON field of its line is {@code letter}. */
    record Full(@JsonProperty("letter") Line line, Map<String, String> headers, String key, JsonNode value) {}

    static Line line(DeadLetter deadLetter, Optional<Handled> handled) {
        Optional<WebhookEvent> event = deadLetter.event();
        return new Line(
                deadLetter.id(),
                deadLetter.at(),
                handled.map(Handled::action).orElse("waiting"),
                deadLetter.reason(),
                deadLetter.message(),
                deadLetter.subject(),
                event.map(WebhookEvent::eventId).orElse(null),
                event.map(WebhookEvent::module).orElse(null),
                event.map(WebhookEvent::recordId).orElse(null),
                event.map(WebhookEvent::accountId).orElse(null),
                deadLetter.attempts(),
                deadLetter.redrives());
    }

    static String headings() {
        return LINE.formatted("id", "since", "state", "reason", "about", "account", "attempts", "redrives");
    }

    static String text(Line line) {
        return LINE.formatted(
                line.id(),
                line.at().truncatedTo(ChronoUnit.SECONDS),
                line.state(),
                line.reason(),
                line.subject(),
                orDash(line.accountId()),
                orDash(line.attempts()),
                line.redrives());
    }

    static Full full(DeadLetter deadLetter, Optional<Handled> handled) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : deadLetter.source().headers()) {
            headers.put(header.key(), header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8));
        }
        return new Full(
                line(deadLetter, handled),
                headers,
                deadLetter.key(),
                value(deadLetter.source().value()));
    }

    static String text(Full full) {
        StringBuilder text = new StringBuilder();
        text.append("id    %s (%s)%n".formatted(full.line().id(), full.line().state()));
        text.append("since %s%n".formatted(full.line().at()));
        text.append("key   %s%n%nheaders%n".formatted(orDash(full.key())));
        full.headers().forEach((name, value) -> text.append("  %-26s %s%n".formatted(name, value)));
        text.append("%nvalue%n%s%n"
                .formatted(
                        full.value().isTextual()
                                ? full.value().asText()
                                : full.value().toPrettyString()));
        return text.toString();
    }

    private static JsonNode value(byte[] bytes) {
        if (bytes == null) {
            return TextNode.valueOf("");
        }
        try {
            JsonNode json = Json.MAPPER.readTree(bytes);
            return json.isContainerNode() ? json : TextNode.valueOf(new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            return TextNode.valueOf(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    private static String orDash(String text) {
        return text == null ? "-" : text;
    }
}
