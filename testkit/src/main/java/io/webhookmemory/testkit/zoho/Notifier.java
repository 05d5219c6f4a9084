package io.webhookmemory.testkit.zoho;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.testkit.zoho.ZohoDouble.Channel;
import io.webhookmemory.testkit.zoho.ZohoDouble.Delivery;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** Posts notifications to the watching channels: once, in order, whatever the response. Thread-safe. */
final class Notifier {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    /** The names of the operations in subscriptions. */
    private static final Map<String, String> EVENTS = Map.of("insert", "create", "update", "edit", "delete", "delete");

    private final Channels channels;
    private final Store store;
    private final Clock clock;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
    /** What is not sent yet; null where nothing is held back. */
    private volatile List<Runnable> held;

    private volatile BooleanSupplier lose = () -> false;

    Notifier(Channels channels, Store store, Clock clock) {
        this.channels = channels;
        this.store = store;
        this.clock = clock;
    }

    void lose(BooleanSupplier decision) {
        lose = decision;
    }

    List<Delivery> deliveries() {
        return List.copyOf(deliveries);
    }

    /** Sends what is caused by the changes once all of them are made. For one thread. */
    void together(boolean lastFirst, Runnable changes) {
        held = new ArrayList<>();
        try {
            changes.run();
        } finally {
            List<Runnable> posts = held;
            held = null;
            if (lastFirst) {
                Collections.reverse(posts);
            }
            posts.forEach(Runnable::run);
        }
    }

    /** @param fields that changed, of each of the records */
    void send(String module, String operation, List<String> ids, List<String> fields) {
        String event = module + "." + EVENTS.get(operation);
        for (Channel channel : channels.live()) {
            if (channel.events().contains(event) && !lose.getAsBoolean()) {
                ObjectNode body = body(channel, module, operation, ids, fields);
                send(() -> {
                    int status = post(channel, body);
                    deliveries.add(new Delivery(channel.channelId(), operation, ids, status));
                });
            }
        }
    }

    private void send(Runnable post) {
        List<Runnable> later = held;
        if (later == null) {
            post.run();
        } else {
            later.add(post);
        }
    }

    private ObjectNode body(Channel channel, String module, String operation, List<String> ids, List<String> fields) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("server_time", clock.millis());
        body.putObject("query_params");
        body.put("module", module);
        // Version 2 whatever the version of the channel, as in Zoho.
        body.put("resource_uri", "https://www.zohoapis.com/crm/v2/" + module);
        ids.forEach(body.putArray("ids")::add);
        ArrayNode affected = body.putArray("affected_fields");
        if (!fields.isEmpty()) {
            ids.forEach(id -> fields.forEach(affected.addObject().putArray(id)::add));
        }
        if (channel.withValues() && !operation.equals("insert")) {
            ArrayNode values = body.putArray("affected_values");
            ids.forEach(id -> values.addObject().put("record_id", id).set("values", values(module, id, fields)));
        }
        return body.put("operation", operation)
                .put("channel_id", channel.channelId())
                .put("token", channel.token());
    }

    // A deletion's notification contains nothing of the record.
    private ObjectNode values(String module, String id, List<String> fields) {
        return store.record(module, id)
                .map(record -> record.retain(fields))
                .orElseGet(() -> Json.MAPPER.createObjectNode().put("Record_Status__s", 0));
    }

    private int post(Channel channel, ObjectNode body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(channel.notifyUrl()))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }
}
