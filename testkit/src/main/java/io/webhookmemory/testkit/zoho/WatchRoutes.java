package io.webhookmemory.testkit.zoho;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.webhookmemory.testkit.zoho.ZohoDouble.Channel;
import io.webhookmemory.topics.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The notification API. Every element of a request has a result of its own in the answer. */
final class WatchRoutes {
    private static final String PATH = "/crm/v8/actions/watch";
    private static final int MAX_CHANNELS = 50;
    private static final int MAX_TOKEN = 50;
    private static final int MAX_URL = 255;
    private static final int MAX_PER_PAGE = 200;

    private final ZohoDouble zoho;
    private final Channels channels;

    WatchRoutes(ZohoDouble zoho, Channels channels) {
        this.zoho = zoho;
        this.channels = channels;
    }

    void addTo(RoutesConfig routes) {
        routes.post(PATH, zoho.counted("enable", call -> each(call, 201, this::enable)));
        routes.put(PATH, zoho.counted("replace", call -> each(call, 200, this::replace)));
        routes.patch(PATH, zoho.counted("renew", call -> each(call, 200, this::change)));
        routes.get(PATH, zoho.counted("channels", this::list));
        routes.delete(PATH, zoho.counted("disable", this::disable));
    }

    private static void each(Context call, int allWell, Function<JsonNode, ObjectNode> action)
            throws JsonProcessingException {
        JsonNode watch = Json.MAPPER.readTree(call.body()).path("watch");
        if (!watch.isArray() || watch.isEmpty()) {
            throw new Refusal(400, "MANDATORY_NOT_FOUND", "required field not found", Map.of("api_name", "watch"));
        }
        if (watch.size() > MAX_CHANNELS) {
            throw new Refusal(400, "INVALID_DATA", "more than 50 channels", Map.of("api_name", "watch"));
        }
        List<ObjectNode> results = new ArrayList<>();
        watch.forEach(entry -> results.add(resultOf(() -> action.apply(entry))));
        respond(call, allWell, results);
    }

    private static ObjectNode resultOf(java.util.function.Supplier<ObjectNode> action) {
        try {
            return action.get();
        } catch (Refusal refusal) {
            return refusal.body();
        }
    }

    private static void respond(Context call, int allWell, List<ObjectNode> results) {
        long failed = results.stream()
                .filter(result -> result.path("status").asText().equals("error"))
                .count();
        int mixed = failed == results.size() ? 400 : 207;
        ObjectNode body = Json.MAPPER.createObjectNode();
        results.forEach(body.putArray("watch")::add);
        call.status(failed == 0 ? allWell : mixed).json(body);
    }

    private ObjectNode enable(JsonNode entry) {
        Channel channel = whole(entry);
        channels.put(channel);
        return done(channel, "Successfully subscribed for actions-watch of the given module");
    }

    private ObjectNode replace(JsonNode entry) {
        live(entry);
        Channel channel = whole(entry);
        channels.put(channel);
        return done(channel, "Successfully updated the subscribe details");
    }

    private ObjectNode change(JsonNode entry) {
        Channel before = live(entry);
        List<String> events = entry.has("events") ? events(entry) : List.of();
        Channel channel;
        if (entry.path("_delete_events").asBoolean()) {
            List<String> left = before.events().stream()
                    .filter(event -> !events.contains(event))
                    .toList();
            channel = new Channel(
                    before.channelId(), left, before.expiry(), before.token(), before.notifyUrl(), before.withValues());
        } else {
            channel = new Channel(
                    before.channelId(),
                    events.isEmpty() ? before.events() : events,
                    entry.has("channel_expiry") ? expiry(entry) : before.expiry(),
                    entry.has("token") ? token(entry) : before.token(),
                    entry.has("notify_url") ? notifyUrl(entry) : before.notifyUrl(),
                    entry.has("return_affected_field_values") ? withValues(entry) : before.withValues());
        }
        channels.put(channel);
        return done(channel, "Successfully updated the subscribe details");
    }

    private Channel live(JsonNode entry) {
        return channels.live(channelId(entry)).orElseThrow(WatchRoutes::notSubscribed);
    }

    private static Refusal notSubscribed() {
        return new Refusal(400, "NOT_SUBSCRIBED", "Not subscribed for actions-watch of the given channel");
    }

    private Channel whole(JsonNode entry) {
        String id = channelId(entry);
        List<String> events = events(entry);
        String url = notifyUrl(entry);
        return new Channel(id, events, expiry(entry), token(entry), url, withValues(entry));
    }

    private static String channelId(JsonNode entry) {
        String id = required(entry, "channel_id").asText();
        if (!id.matches("\\d{1,19}")) {
            throw invalid("channel_id");
        }
        return id;
    }

    // "all" stands for the three operations, and is listed back as them.
    private static List<String> events(JsonNode entry) {
        List<String> events = new ArrayList<>();
        for (JsonNode event : required(entry, "events")) {
            String[] parts = event.asText().split("\\.", 2);
            boolean all = parts.length == 2 && parts[1].equals("all");
            if (parts.length < 2
                    || !Channels.WATCHABLE.contains(parts[0])
                    || !(all || Channels.OPERATIONS.contains(parts[1]))) {
                throw invalid("events");
            }
            Stream<String> operations = all ? new TreeSet<>(Channels.OPERATIONS).stream() : Stream.of(parts[1]);
            operations.map(operation -> parts[0] + "." + operation).forEach(events::add);
        }
        if (events.isEmpty()) {
            throw invalid("events");
        }
        return List.copyOf(events);
    }

    private Instant expiry(JsonNode entry) {
        if (!entry.hasNonNull("channel_expiry")) {
            return channels.expiry(Optional.empty());
        }
        Instant wanted = Times.read(entry.path("channel_expiry").asText()).orElseThrow(() -> invalid("channel_expiry"));
        return channels.expiry(Optional.of(wanted));
    }

    private static boolean withValues(JsonNode entry) {
        return entry.path("return_affected_field_values").asBoolean();
    }

    private static String token(JsonNode entry) {
        String token = entry.path("token").asText(null);
        if (token != null && token.length() > MAX_TOKEN) {
            throw invalid("token");
        }
        return token;
    }

    private static String notifyUrl(JsonNode entry) {
        String url = required(entry, "notify_url").asText();
        if (url.length() > MAX_URL || !url.matches("https?://.+")) {
            throw invalid("notify_url");
        }
        return url;
    }

    private static JsonNode required(JsonNode entry, String name) {
        if (!entry.hasNonNull(name)) {
            throw new Refusal(400, "MANDATORY_NOT_FOUND", "required field not found", Map.of("api_name", name));
        }
        return entry.path(name);
    }

    private static Refusal invalid(String name) {
        return new Refusal(400, "INVALID_DATA", "invalid data", Map.of("api_name", name));
    }

    private static ObjectNode done(Channel channel, String message) {
        ObjectNode result = success(message);
        ArrayNode events = result.putObject("details").putArray("events");
        modules(channel)
                .forEach((module, operations) -> events.addObject()
                        .put("channel_expiry", Times.write(channel.expiry()))
                        .put("resource_uri", "https://www.zohoapis.com/crm/v8/" + module)
                        .put("resource_id", "554023000000000131")
                        .put("resource_name", module)
                        .put("channel_id", channel.channelId()));
        return result;
    }

    private static ObjectNode success(String message) {
        return Json.MAPPER
                .createObjectNode()
                .put("code", "SUCCESS")
                .put("message", message)
                .put("status", "success");
    }

    private static Map<String, List<String>> modules(Channel channel) {
        return channel.events().stream().collect(Collectors.groupingBy(event -> event.split("\\.", 2)[0]));
    }

    // One row a module, the token in clear.
    private void list(Context call) {
        int perPage = number(call, "per_page", MAX_PER_PAGE);
        int page = number(call, "page", 1);
        if (perPage > MAX_PER_PAGE) {
            throw invalid("per_page");
        }
        String wanted = call.queryParam("channel_id");
        List<ObjectNode> rows = channels.live().stream()
                .filter(channel -> wanted == null || wanted.equals(channel.channelId()))
                .flatMap(channel -> modules(channel).entrySet().stream()
                        .map(module -> row(channel, module.getKey(), module.getValue())))
                .filter(row -> call.queryParam("module") == null
                        || row.path("resource_name").asText().equals(call.queryParam("module")))
                .toList();
        List<ObjectNode> onPage =
                rows.stream().skip((long) (page - 1) * perPage).limit(perPage).toList();
        if (onPage.isEmpty()) {
            call.status(204);
            return;
        }
        ObjectNode body = Json.MAPPER.createObjectNode();
        onPage.forEach(body.putArray("watch")::add);
        body.putObject("info")
                .put("per_page", perPage)
                .put("count", onPage.size())
                .put("page", page)
                .put("more_records", rows.size() > page * perPage);
        call.json(body);
    }

    private static ObjectNode row(Channel channel, String module, List<String> events) {
        ObjectNode row = Json.MAPPER.createObjectNode();
        row.put("notify_on_related_action", false)
                .put("channel_expiry", Times.write(channel.expiry()))
                .put("return_affected_field_values", channel.withValues())
                .put("resource_uri", "https://www.zohoapis.com/crm/v8/" + module)
                .put("resource_id", "554023000000000131")
                .put("notify_url", channel.notifyUrl())
                .put("resource_name", module)
                .put("channel_id", channel.channelId())
                .put("token", channel.token());
        row.putNull("fields");
        row.putNull("notification_condition");
        events.forEach(row.putArray("events")::add);
        return row;
    }

    private void disable(Context call) {
        String ids = Optional.ofNullable(call.queryParam("channel_ids"))
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new Refusal(400, "REQUIRED_PARAM_MISSING", "channel_ids is missing"));
        List<ObjectNode> results = Stream.of(ids.split(",", -1))
                .map(id -> resultOf(() -> disable(id)))
                .toList();
        respond(call, 200, results);
    }

    private ObjectNode disable(String channelId) {
        if (!channels.remove(channelId)) {
            throw notSubscribed();
        }
        ObjectNode result = success("Successfully un-subscribed from actions-watch");
        result.putObject("details").put("channel_id", channelId);
        return result;
    }

    private static int number(Context call, String parameter, int fallback) {
        return Optional.ofNullable(call.queryParam(parameter))
                .map(Integer::parseInt)
                .orElse(fallback);
    }
}
