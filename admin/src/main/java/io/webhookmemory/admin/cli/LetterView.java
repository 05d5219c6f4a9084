package io.webhookmemory.admin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.webhookmemory.admin.deadletter.DeadLetter;
import io.webhookmemory.admin.deadletter.Mark;
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
final class LetterView {
    private static final String LINE = "%-10s %-20s %-9s %-24s %-46s %-20s %8s %8s%n";

    private LetterView() {}

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

    /** A letter in full. */
    record Full(Line letter, Map<String, String> headers, String key, JsonNode value) {}

    static Line line(DeadLetter letter, Optional<Mark> mark) {
        Optional<WebhookEvent> event = letter.event();
        return new Line(
                letter.id(),
                letter.at(),
                mark.map(Mark::action).orElse("waiting"),
                letter.reason(),
                letter.message(),
                letter.subject(),
                event.map(WebhookEvent::eventId).orElse(null),
                event.map(WebhookEvent::module).orElse(null),
                event.map(WebhookEvent::recordId).orElse(null),
                event.map(WebhookEvent::accountId).orElse(null),
                letter.attempts(),
                letter.redrives());
    }

    static String headings() {
        return LINE.formatted("letter", "put aside", "state", "reason", "about", "account", "attempts", "redrives");
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

    static Full full(DeadLetter letter, Optional<Mark> mark) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : letter.source().headers()) {
            headers.put(header.key(), header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8));
        }
        return new Full(
                line(letter, mark), headers, letter.key(), value(letter.source().value()));
    }

    static String text(Full full) {
        StringBuilder text = new StringBuilder();
        text.append("letter    %s (%s)%n"
                .formatted(full.letter().id(), full.letter().state()));
        text.append("put aside %s%n".formatted(full.letter().at()));
        text.append("key       %s%n%nheaders%n".formatted(orDash(full.key())));
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
