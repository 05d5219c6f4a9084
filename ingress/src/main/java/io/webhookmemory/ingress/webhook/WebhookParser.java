package io.webhookmemory.ingress.webhook;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.service.json.Json;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Turns an authenticated body of any of the three kinds into events, one for every record in it; all or none. Pure but
 * for the ids it makes up where the body holds no time. Thread-safe.
 */
public final class WebhookParser {
    private static final ObjectReader READER =
            Json.MAPPER.readerFor(JsonNode.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Pattern EVENT_ID = Pattern.compile("[\\x21-\\x7e]{1,200}");

    /**
     * A change that is said to come from farther ahead than any clock is off did not happen then: what comes after it would
     * count as older until that time has come.
     */
    private static final Duration LONGEST_AHEAD = Duration.ofHours(1);

    private final Map<String, String> modules;
    private final EventBudget budget;

    /** A parser with the default limits. */
    public WebhookParser(List<String> modules) {
        this(modules, EventBudget.DEFAULT);
    }

    /** @param modules allowed modules in the CRM's spelling */
    public WebhookParser(List<String> modules, EventBudget budget) {
        this.modules = modules.stream().collect(Collectors.toMap(Fields::lowerCase, name -> name));
        this.budget = budget;
    }

    /**
     * Parses a body.
     *
     * @param eventIdHeader {@code X-Zoho-Event-Id}; null where there is none
     */
    public Parsed parse(byte[] body, String eventIdHeader, EventSource source, Instant receivedAt) {
        try {
            JsonNode json = READER.readValue(body);
            if (!(json instanceof ObjectNode webhook)) {
                return new Parsed.NotJson();
            }
            return events(webhook, eventIdHeader, source, receivedAt);
        } catch (BadField e) {
            return new Parsed.Unprocessable(e.field(), e.getMessage());
        } catch (IOException | NumberFormatException e) {
            // Jackson throws the latter for exponents of more digits than any number has.
            return new Parsed.NotJson();
        }
    }

    private Parsed events(ObjectNode body, String eventIdHeader, EventSource source, Instant receivedAt)
            throws BadField {
        String module = module(body);
        boolean channel = body.has("ids");
        boolean flat = !channel && !body.has("data");
        String operation = Fields.requiredText(body, flat ? "event_type" : "operation");
        EventType type = type(operation, channel, flat ? "event_type" : "operation");
        List<Change> changes = channel ? channelChanges(body) : flat ? List.of(flatChange(body)) : recordChanges(body);
        String userId = Fields.text(
                        flat ? body.path("user_id") : body.path("user").path("id"))
                .orElse(null);
        Optional<String> excess = budget.excess(changes, userId);
        if (excess.isPresent()) {
            return new Parsed.TooLarge(excess.get());
        }
        String webhookId = eventId(eventIdHeader)
                .orElseGet(() -> EventIds.derive(body.path("channel_id").asText(), module, type.wireName(), changes));
        List<String> eventIds = EventIds.ofRecords(webhookId, changes);
        Instant latest = receivedAt.plus(LONGEST_AHEAD);
        List<WebhookEvent> events = new ArrayList<>();
        for (Change change : changes) {
            events.add(WebhookEvent.received(
                    eventIds.get(events.size()),
                    type,
                    module,
                    change.recordId(),
                    change.recordData(),
                    change.modifiedFields(),
                    change.time().filter(time -> time.isBefore(latest)).orElse(receivedAt),
                    userId,
                    receivedAt,
                    source));
        }
        return new Parsed.Events(webhookId, events);
    }

    private String module(JsonNode body) throws BadField {
        String module = modules.get(Fields.lowerCase(Fields.requiredText(body, "module")));
        if (module == null) {
            throw new BadField("module", "is not allowed");
        }
        return module;
    }

    private static EventType type(String operation, boolean channel, String field) throws BadField {
        return switch (Fields.lowerCase(operation)) {
            case "create", "insert" -> EventType.CREATE;
            case "update", "edit" -> EventType.UPDATE;
            case "delete" -> EventType.DELETE;
            case "restore" -> EventType.RESTORE;
            default -> {
                // A notification says that something changed; what Zoho calls it is not worth losing it for.
                if (channel) {
                    yield EventType.UPDATE;
                }
                throw new BadField(field, "is not allowed");
            }
        };
    }

    private static Optional<String> eventId(String header) throws BadField {
        if (header == null || header.isBlank()) {
            return Optional.empty();
        }
        if (!EVENT_ID.matcher(header.strip()).matches()) {
            throw new BadField("X-Zoho-Event-Id", "must be 1 to 200 visible ASCII characters");
        }
        return Optional.of(header.strip());
    }

    private static List<Change> recordChanges(ObjectNode body) throws BadField {
        JsonNode data = body.path("data");
        if (!data.isArray() || data.isEmpty()) {
            throw new BadField("data", "must be a list of records");
        }
        List<String> modified = Fields.names(body.path("modified_fields"));
        List<Change> changes = new ArrayList<>();
        for (JsonNode element : data) {
            String path = "data[" + changes.size() + "]";
            if (!(element instanceof ObjectNode record)) {
                throw new BadField(path, "is no record");
            }
            String id = Fields.recordId(record.path("id"), path + ".id");
            changes.add(new Change(id, record, modified, time(record, body)));
        }
        return changes;
    }

    private static Change flatChange(ObjectNode body) throws BadField {
        String id = Fields.recordId(body.path("record_id"), "record_id");
        JsonNode data = body.path("record_data");
        if (!data.isMissingNode() && !data.isNull() && !data.isObject()) {
            throw new BadField("record_data", "is no record");
        }
        ObjectNode record = data instanceof ObjectNode object ? object : Json.MAPPER.createObjectNode();
        return new Change(id, record, Fields.names(body.path("modified_fields")), time(record, body));
    }

    private static List<Change> channelChanges(ObjectNode body) throws BadField {
        JsonNode ids = body.path("ids");
        if (!ids.isArray() || ids.isEmpty()) {
            throw new BadField("ids", "must be a list of ids");
        }
        Affected affected = Affected.of(body);
        List<Change> changes = new ArrayList<>();
        for (JsonNode element : ids) {
            String id = Fields.recordId(element, "ids[" + changes.size() + "]");
            ObjectNode record = affected.values(id);
            changes.add(new Change(id, record, affected.fields(id), time(record, body)));
        }
        return changes;
    }

    /** The record's own time of change before the webhook's; a channel's server_time is the time of sending. */
    private static Optional<Instant> time(JsonNode record, JsonNode body) {
        return Fields.time(record.path("Modified_Time"))
                .or(() -> Fields.time(body.path("timestamp")))
                .or(() -> Fields.time(body.path("server_time")));
    }
}
