package io.webhookmemory.zoho.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.zoho.api.ChannelResult.Done;
import io.webhookmemory.zoho.api.ChannelResult.Failed;
import io.webhookmemory.zoho.api.ZohoFailure.Transient;
import io.webhookmemory.zoho.api.ZohoHttp.Call;
import io.webhookmemory.zoho.crm.ZohoTimes;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * Zoho's notification channels. Zoho lets a channel expire silently, and lets it live for an hour where asked for more
 * than a week; so it is the expiry in the answer that counts. Every call blocks, is bounded in time, and may throw a
 * {@link ZohoException}, where it failed as a whole. Thread-safe.
 */
public final class ZohoChannels {
    private static final String PATH = "/actions/watch";
    private static final int MAX_CHANNELS = 50;
    private static final int PER_PAGE = 200;

    private final ZohoHttp http;

    ZohoChannels(ZohoHttp http) {
        this.http = http;
    }

    /** Begins to watch; a channel of that id that is there is defined anew. A result for each, in order. */
    public List<ChannelResult> enable(List<ChannelSpec> channels) {
        return each("enable", "POST", channels);
    }

    /** Defines living channels anew; one that is not there fails as {@link ZohoFailure.Gone}. A result for each, in order. */
    public List<ChannelResult> replace(List<ChannelSpec> channels) {
        return each("replace", "PUT", channels);
    }

    /**
     * Renews living channels, with expiry, token and events as given; one that has expired fails as {@link
     * ZohoFailure.Gone}. A result for each, in order.
     */
    public List<ChannelResult> renew(List<ChannelSpec> channels) {
        return each("renew", "PATCH", channels);
    }

    /** Ends channels; one that is not there fails as {@link ZohoFailure.Gone}. A result for each, in order. */
    public List<ChannelResult> disable(List<String> channelIds) {
        List<ChannelResult> results = new ArrayList<>();
        for (List<String> chunk : Chunks.of(channelIds, MAX_CHANNELS)) {
            String query = "?channel_ids=" + ZohoHttp.encode(String.join(",", chunk));
            Call call = new Call("disable", "DELETE", PATH + query, Map.of(), Optional.empty());
            results.addAll(results(call, chunk, Function.identity()));
        }
        return results;
    }

    /** All channels that live, a row for each module that a channel watches. */
    public List<ChannelRow> list() {
        List<ChannelRow> rows = new ArrayList<>();
        boolean more = true;
        for (int page = 1; more; page++) {
            JsonNode body = http.send(Call.get("channels", PATH + "?per_page=" + PER_PAGE + "&page=" + page))
                    .body();
            body.path("watch").forEach(row -> rows.add(row(row)));
            more = body.path("info").path("more_records").asBoolean();
        }
        return rows;
    }

    private List<ChannelResult> each(String name, String method, List<ChannelSpec> channels) {
        List<ChannelResult> results = new ArrayList<>();
        for (List<ChannelSpec> chunk : Chunks.of(channels, MAX_CHANNELS)) {
            ObjectNode body = Json.MAPPER.createObjectNode();
            ArrayNode watch = body.putArray("watch");
            chunk.forEach(channel -> watch.add(json(channel)));
            Call call = new Call(name, method, PATH, Map.of(), Optional.of(body));
            results.addAll(results(call, chunk, ChannelSpec::channelId));
        }
        return results;
    }

    // A part may fail: the answer is then 207, 202 or 400, and has a result for each.
    private <T> List<ChannelResult> results(Call call, List<T> asked, Function<T, String> id) {
        ZohoResponse response = http.exchange(call);
        JsonNode watch = response.body().path("watch");
        if (!watch.isArray()) {
            throw http.failed(
                    call,
                    response.isSuccess()
                            ? new Transient("zoho_not_json", Optional.empty())
                            : Classification.of(response));
        }
        List<ChannelResult> results = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            results.add(result(id.apply(asked.get(i)), response, watch.path(i)));
        }
        return results;
    }

    private static ChannelResult result(String channelId, ZohoResponse response, JsonNode element) {
        if (element.isMissingNode()) {
            return new Failed(channelId, new Transient("zoho_no_result", Optional.empty()));
        }
        if (!element.path("status").asText().equals("success")) {
            return new Failed(channelId, Classification.of(response.element(element)));
        }
        Optional<Instant> nearest = StreamSupport.stream(
                        element.path("details").path("events").spliterator(), false)
                .flatMap(event -> ZohoTimes.read(event.path("channel_expiry")).stream())
                .min(Instant::compareTo);
        return new Done(channelId, nearest);
    }

    private static ObjectNode json(ChannelSpec channel) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("channel_id", channel.channelId());
        channel.events().forEach(json.putArray("events")::add);
        // Whole seconds: Zoho refuses milliseconds.
        json.put("channel_expiry", ZohoTimes.write(channel.expiry()));
        json.put("token", channel.token().value());
        json.put("notify_url", channel.notifyUrl().toString());
        // Otherwise the account is reported whenever one of its contacts changes.
        return json.put("notify_on_related_action", false).put("return_affected_field_values", channel.withValues());
    }

    private static ChannelRow row(JsonNode row) {
        List<String> events = new ArrayList<>();
        row.path("events").forEach(event -> events.add(event.asText()));
        return new ChannelRow(
                row.path("channel_id").asText(),
                row.path("resource_name").asText(),
                events,
                ZohoTimes.read(row.path("channel_expiry")),
                Optional.of(row.path("notify_url").asText()).flatMap(ZohoChannels::uri),
                Optional.ofNullable(row.path("token").asText(null)).map(Secret::new));
    }

    private static Optional<URI> uri(String text) {
        try {
            return Optional.of(URI.create(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
