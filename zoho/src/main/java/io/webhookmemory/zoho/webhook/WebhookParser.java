package io.webhookmemory.zoho.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.PreparedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Parses an authenticated body of one of the four kinds into events, one for each good record. Without side effects, except
 * that it requests a new id if the body has no time of change. Thread-safe.
 */
public final class WebhookParser {
    static final String USER_ID = "user_id";
    static final String TIMESTAMP = "timestamp";
    private static final String OPERATION = "operation";
    private static final String MODULE = "module";
    private static final Pattern EVENT_ID = Pattern.compile("[\\x21-\\x7e]{1,200}");

    private final WebhookRules rules;
    private final Map<String, String> modules;
    private final EventBudget budget;
    private final Supplier<String> newIds;

    /** @param newIds returns a new id on each call; thread-safe */
    public WebhookParser(WebhookRules rules, EventBudget budget, Supplier<String> newIds) {
        this.rules = rules;
        this.budget = budget;
        this.modules = rules.modules().stream().collect(Collectors.toMap(Fields::lowerCase, name -> name));
        this.newIds = newIds;
    }

    public Parsed parse(byte[] body, Delivery delivery) {
        try {
            return events(BodyReader.read(body, delivery.contentType()), delivery);
        } catch (UnreadableBody e) {
            return e.unreadable();
        } catch (BadField e) {
            return new Parsed.Unprocessable(e.field(), e.getMessage());
        }
    }

    /** The kind of a body, determined by its fields. */
    private enum Kind {
        RECORD(OPERATION, "data"),
        FLAT("event_type", ""),
        CHANNEL(OPERATION, "ids"),
        WORKFLOW(OPERATION, "");

        private final String operation;
        private final String list;

        Kind(String operation, String list) {
            this.operation = operation;
            this.list = list;
        }

        static Kind of(Body body, Optional<PathTarget> target) {
            ObjectNode fields = body.fields();
            if (body.isForm()) {
                return WORKFLOW;
            }
            if (fields.has("ids")) {
                return CHANNEL;
            }
            if (fields.has("data")) {
                return RECORD;
            }
            boolean isFlat = fields.has(FLAT.operation) || fields.has("record_id");
            return !isFlat && (fields.has(WorkflowRecord.ID) || target.isPresent()) ? WORKFLOW : FLAT;
        }

        int records(ObjectNode body) {
            return list.isEmpty() ? 1 : body.path(list).size();
        }
    }

    private Parsed events(Body read, Delivery delivery) throws BadField, UnreadableBody {
        Kind kind = Kind.of(read, delivery.target());
        ObjectNode body = read.isForm() ? WorkflowRecord.nested(read.fields()) : read.fields();
        if (delivery.target().isPresent()) {
            applyTarget(delivery.target().get(), body, kind);
        }
        String module = module(body);
        EventType type = type(Fields.requiredText(body, kind.operation), kind);
        // Checked before the records are parsed, since each bad record is described.
        Optional<Parsed.TooLarge> tooMany = budget.excess(kind.records(body));
        if (tooMany.isPresent()) {
            return tooMany.get();
        }
        Instant latest = delivery.receivedAt().plus(rules.maxTimeAhead());
        Changes changes = changes(body, kind, latest);
        String userId = userId(body, kind);
        Optional<Parsed.TooLarge> tooLarge = budget.excess(changes.good(), userId);
        if (tooLarge.isPresent()) {
            return tooLarge.get();
        }
        Optional<String> deliveryId = deliveryId(delivery.eventId());
        String webhookId = deliveryId.orElseGet(() ->
                EventIds.derive(body.path("channel_id").asText(), module, type.wireName(), changes.good(), newIds));
        List<String> eventIds = EventIds.ofRecords(webhookId, changes.good());
        Identities identities = new Identities(delivery.sender(), deliveryId.orElse(null), webhookId, module, type);
        List<PreparedEvent> events = new ArrayList<>();
        for (Change change : changes.good()) {
            WebhookEvent event = WebhookEvent.received(
                            eventIds.get(events.size()),
                            type,
                            module,
                            change.recordId(),
                            change.recordData(),
                            change.modifiedFields(),
                            time(change, latest).orElse(delivery.receivedAt()),
                            userId,
                            delivery.receivedAt(),
                            delivery.sender().source())
                    .withIdentity(identities.next(change));
            events.add(new PreparedEvent(event, identities.recordData(change)));
        }
        return new Parsed.Events(
                webhookId,
                deliveryId,
                events,
                withoutTime(changes.good(), latest),
                (int) changes.good().stream().filter(Change::unreadableTime).count(),
                read.repaired(),
                changes.remainder(body, kind.list));
    }

    /** Sets the module and the operation from the path if the body has none. */
    private static void applyTarget(PathTarget target, ObjectNode body, Kind kind) throws BadField, UnreadableBody {
        boolean sameModule = isAbsent(body, MODULE)
                || Fields.lowerCase(Fields.requiredText(body, MODULE)).equals(Fields.lowerCase(target.module()));
        boolean sameOperation = isAbsent(body, kind.operation)
                || type(Fields.requiredText(body, kind.operation), kind) == type(target.operation(), kind);
        if (!sameModule || !sameOperation) {
            throw new UnreadableBody(Parsed.Unreadable.Reason.PATH_CONFLICT);
        }
        if (isAbsent(body, MODULE)) {
            body.put(MODULE, target.module());
        }
        if (isAbsent(body, kind.operation)) {
            body.put(kind.operation, target.operation());
        }
    }

    private static boolean isAbsent(ObjectNode body, String name) {
        JsonNode value = body.path(name);
        return value.isMissingNode()
                || value.isNull()
                || (value.isTextual() && value.textValue().isEmpty());
    }

    private static int withoutTime(List<Change> changes, Instant latest) {
        return (int) changes.stream()
                .filter(change -> time(change, latest).isEmpty())
                .count();
    }

    /** Null if the body has no user id. */
    private static String userId(ObjectNode body, Kind kind) {
        JsonNode id =
                kind.list.isEmpty() ? body.path(USER_ID) : body.path("user").path("id");
        return Fields.text(id).orElse(null);
    }

    private Changes changes(ObjectNode body, Kind kind, Instant latest) throws BadField {
        return switch (kind) {
            case CHANNEL -> {
                Affected affected = Affected.of(body);
                yield Changes.of(
                        body,
                        kind.list,
                        (element, path) ->
                                checkTime(channelChange(element, path, affected, body), "server_time", latest));
            }
            case RECORD -> {
                List<String> modified = Fields.names(body.path("modified_fields"));
                yield Changes.of(
                        body,
                        kind.list,
                        (element, path) -> checkTime(
                                recordChange(element, path, modified, body), path + ".Modified_Time", latest));
            }
            case FLAT -> Changes.of(checkTime(flatChange(body), TIMESTAMP, latest));
            case WORKFLOW -> Changes.of(checkTime(workflowChange(body), "Modified_Time", latest));
        };
    }

    private String module(JsonNode body) throws BadField {
        String module = modules.get(Fields.lowerCase(Fields.requiredText(body, MODULE)));
        if (module == null) {
            throw new BadField(MODULE, "is not allowed");
        }
        return module;
    }

    private static EventType type(String operation, Kind kind) throws BadField {
        return switch (Fields.lowerCase(operation)) {
            case "create", "insert" -> EventType.CREATE;
            case "update", "edit" -> EventType.UPDATE;
            case "delete" -> EventType.DELETE;
            case "restore" -> EventType.RESTORE;
            default -> {
                // A notification of an unknown operation still reports a change, so it is not rejected.
                if (kind == Kind.CHANNEL) {
                    yield EventType.UPDATE;
                }
                throw new BadField(kind.operation, "is not allowed");
            }
        };
    }

    private static Optional<String> deliveryId(String header) throws BadField {
        if (header == null || header.isBlank()) {
            return Optional.empty();
        }
        if (!EVENT_ID.matcher(header.strip()).matches()) {
            throw new BadField("X-Zoho-Event-Id", "must be 1 to 200 visible ASCII characters");
        }
        return Optional.of(header.strip());
    }

    private static Change recordChange(JsonNode element, String path, List<String> modified, JsonNode body)
            throws BadField {
        if (!(element instanceof ObjectNode record)) {
            throw new BadField(path, "is no record");
        }
        return Change.of(Fields.recordId(record.path("id"), path + ".id"), record, modified, times(record, body));
    }

    private static Change flatChange(ObjectNode body) throws BadField {
        String id = Fields.recordId(body.path("record_id"), "record_id");
        JsonNode data = body.path("record_data");
        if (!data.isMissingNode() && !data.isNull() && !data.isObject()) {
            throw new BadField("record_data", "is no record");
        }
        ObjectNode record = data instanceof ObjectNode object ? object : Json.MAPPER.createObjectNode();
        return Change.of(id, record, Fields.names(body.path("modified_fields")), times(record, body));
    }

    private static Change channelChange(JsonNode element, String path, Affected affected, JsonNode body)
            throws BadField {
        String id = Fields.recordId(element, path);
        ObjectNode record = affected.record(id);
        return Change.of(id, record, affected.fields(id), times(record, body));
    }

    private static Change workflowChange(ObjectNode body) throws BadField {
        String id = Fields.recordId(body.path(WorkflowRecord.ID), WorkflowRecord.ID);
        ObjectNode record = WorkflowRecord.of(body);
        return Change.of(id, record, WorkflowRecord.modifiedFields(body), times(record, body));
    }

    /** @throws BadField if a valid time of change is required and missing */
    private Change checkTime(Change change, String field, Instant latest) throws BadField {
        if (rules.requireTime() && time(change, latest).isEmpty()) {
            throw new BadField(field, change.time().isEmpty() ? "is no time of change" : "is too far ahead");
        }
        return change;
    }

    /**
     * The time of a change; empty if it is too far ahead of the receiver's clock. With such a time, all later changes would
     * count as older until that time is reached.
     */
    private static Optional<Instant> time(Change change, Instant latest) {
        return change.time().filter(time -> !time.isAfter(latest));
    }

    /** In order: the record's time of change, then the webhook's. A channel's server_time is its sending time. */
    private static List<JsonNode> times(JsonNode record, JsonNode body) {
        return List.of(record.path("Modified_Time"), body.path(TIMESTAMP), body.path("server_time"));
    }
}
