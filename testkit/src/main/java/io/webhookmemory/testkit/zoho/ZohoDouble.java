package io.webhookmemory.testkit.zoho;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.Javalin;
import io.javalin.http.Handler;
import io.javalin.json.JavalinJackson;
import io.webhookmemory.topics.json.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * An HTTP server that behaves like Zoho's accounts server and CRM API v8 are documented, as far as the project uses
 * them: access tokens, records, deletions, field names, and notification channels, which expire silently. Written from
 * documents, not verified against a live organisation; where they leave something open it takes the stricter reading.
 * It uses the given clock. Latency and failures can be set, and calls and notifications can be read. Thread-safe.
 */
public final class ZohoDouble implements AutoCloseable {
    public static final String CLIENT_ID = "1000.CLIENT";
    public static final String CLIENT_SECRET = "client secret&more";
    private static final String LEADS = "Leads";
    public static final String REFRESH_TOKEN = "1000.refresh+token";

    private final Javalin server;
    private final Accounts accounts;
    private final Credits credits;
    private final Store store;
    private final Faults faults = new Faults();
    private final Channels channels;
    private final Notifier notifier;
    private final Calls calls;
    private volatile boolean notesForAdministrators;
    private volatile boolean searchScope = true;

    private ZohoDouble(int port, Clock clock) {
        accounts = new Accounts(clock);
        credits = new Credits(clock);
        calls = new Calls(accounts, credits, faults);
        store = new Store(clock);
        channels = new Channels(clock);
        notifier = new Notifier(channels, store, clock);
        server = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.jsonMapper(new JavalinJackson(Json.MAPPER, false));
            config.routes.post("/oauth/v2/token", calls.forToken(call -> accounts.respond(call, url())));
            // Before the record routes, which would take its path for a module's.
            new WatchRoutes(this, channels).addTo(config.routes);
            new RecordRoutes(this, store).addTo(config.routes);
            new WriteRoutes(this).addTo(config.routes);
            config.routes.exception(
                    Refusal.class,
                    (refusal, call) -> call.status(refusal.status()).json(refusal.body()));
        });
        server.start("localhost", port);
    }

    /** The result of a notification: the status of the response, 0 if there was none. */
    public record Delivery(String channelId, String operation, List<String> ids, int status) {}

    /** A channel that has not expired. */
    public record Channel(
            String channelId, List<String> events, Instant expiry, String token, String notifyUrl, boolean withValues) {

        /** Without the token, which is a secret. */
        @Override
        public String toString() {
            return "Channel[" + channelId + " " + events + " until " + expiry + "]";
        }
    }

    /** On any free port, with the system clock. */
    public static ZohoDouble start() {
        return start(0, Clock.systemUTC());
    }

    public static ZohoDouble start(int port, Clock clock) {
        return new ZohoDouble(port, clock);
    }

    /** Of the accounts server and of the API. */
    public String url() {
        return "http://localhost:" + server.port();
    }

    /** The variables with which to reach it. */
    public Map<String, String> variables() {
        return Map.of(
                "ZOHO_CLIENT_ID", CLIENT_ID,
                "ZOHO_CLIENT_SECRET", CLIENT_SECRET,
                "ZOHO_REFRESH_TOKEN", REFRESH_TOKEN,
                "ZOHO_ACCOUNTS_URL", url(),
                "ZOHO_API_URL", url());
    }

    /** The duration of every call. */
    public ZohoDouble latency(Duration duration) {
        calls.latency(duration);
        return this;
    }

    /** The credits of any 24 hours; unlimited by default. */
    public ZohoDouble dailyCredits(int limit) {
        credits.limit(limit);
        return this;
    }

    /** The limit of concurrent calls; more get 429. Unlimited by default. */
    public ZohoDouble concurrency(int limit) {
        credits.concurrency(limit);
        return this;
    }

    /** While true, Notes cannot be listed, only read one by one. */
    public ZohoDouble notesForAdministrators(boolean value) {
        notesForAdministrators = value;
        return this;
    }

    /** While false, the refresh token lacks {@code ZohoSearch.securesearch.READ}, without which nothing is counted. */
    public ZohoDouble searchScope(boolean value) {
        searchScope = value;
        return this;
    }

    /**
     * Creates or changes a record, which contains its {@code id}, and notifies the watching channels. Missing fields
     * stay unchanged; the times of creation and change are the double's. Removes a deleted record with that id from the
     * recycle bin.
     */
    public void put(String module, ObjectNode record) {
        boolean existed = store.record(module, Store.id(record)).isPresent();
        store.put(module, record)
                .ifPresent(changed ->
                        notifier.send(module, existed ? "update" : "insert", List.of(Store.id(record)), changed));
    }

    /** Creates or changes several records at once; channels get one notification. */
    public void putAll(String module, List<ObjectNode> records) {
        List<String> ids = records.stream().map(Store::id).toList();
        boolean existed = ids.stream().allMatch(id -> store.record(module, id).isPresent());
        records.forEach(record -> store.put(module, record));
        notifier.send(module, existed ? "update" : "insert", ids, List.of());
    }

    /** Moves records to the recycle bin. Channels get one notification. */
    public void delete(String module, String... ids) {
        delete(module, false, ids);
    }

    /** Deletes records permanently. Channels get one notification. */
    public void deletePermanently(String module, String... ids) {
        delete(module, true, ids);
    }

    private void delete(String module, boolean permanently, String... ids) {
        List<String> gone = Arrays.stream(ids)
                .filter(id -> store.delete(module, id, permanently))
                .toList();
        if (!gone.isEmpty()) {
            notifier.send(module, "delete", gone, List.of());
        }
    }

    /** Restores a record from the recycle bin. Which notification this causes is not documented: an update here. */
    public void restore(String module, String id) {
        if (store.restore(module, id)) {
            notifier.send(module, "update", List.of(id), List.of());
        }
    }

    /**
     * Converts a lead: it is neither given nor listed any more, but as converted.
     *
     * @param operation of the notification, as which one there is is not documented
     */
    public void convert(String lead, String operation) {
        if (store.convert(LEADS, lead)) {
            notifier.send(LEADS, operation, List.of(lead), List.of());
        }
    }

    /** Makes changes as one: their notifications are sent once all of them are made, in order or the last one first. */
    public void together(boolean lastFirst, Runnable changes) {
        notifier.together(lastFirst, changes);
    }

    public Optional<ObjectNode> record(String module, String id) {
        return store.record(module, id);
    }

    /** Ids of all existing records. */
    public List<String> ids(String module) {
        return store.records(module, Optional.empty()).stream().map(Store::id).toList();
    }

    /** Rejects all access tokens granted so far with 401. */
    public void expireTokens() {
        accounts.expireTokens();
    }

    /** While true, the refresh token counts as revoked. */
    public void refuseCredentials(boolean value) {
        accounts.refuse(value);
    }

    /** While true, no token is granted, as if too many had been requested. */
    public void throttleTokens(boolean value) {
        accounts.throttle(value);
    }

    /** The next calls of the API get 429, without a Retry-After. */
    public void throttleNext(int times) {
        faults.throttleNext(times, Optional.empty());
    }

    /** The next calls of the API get 429 with a Retry-After of so many whole seconds. */
    public void throttleNext(int times, Duration retryAfter) {
        faults.throttleNext(times, Optional.of(retryAfter));
    }

    /** The next calls of the API fail. */
    public void failNext(int times, int status, String code, String message) {
        faults.failNext(times, status, code, message);
    }

    /** While true, every call gets 503, as from a proxy: not in Zoho's shape. */
    public void unavailable(boolean value) {
        faults.unavailable(value);
    }

    /** The next calls of the API take effect, but the connection breaks before the response is sent. */
    public void loseNextResponses(int times) {
        faults.loseNextResponses(times);
    }

    /** Called before each notification: if it returns true, the notification is not sent. */
    public void loseNotifications(BooleanSupplier lose) {
        notifier.lose(lose);
    }

    /** Ends a channel as silently as expiry does. */
    public void dropChannel(String channelId) {
        channels.remove(channelId);
    }

    public List<Channel> channels() {
        return channels.live();
    }

    /** All notifications that were sent, in order. */
    public List<Delivery> deliveries() {
        return notifier.deliveries();
    }

    /**
     * The number of calls of a kind, including failed ones.
     *
     * @param kind {@code token}, {@code record}, {@code records}, {@code deleted}, {@code fields}, {@code enable},
     *     {@code renew}, {@code replace}, {@code channels}, {@code disable}, {@code create}, {@code update} or {@code
     *     delete}
     */
    public int calls(String kind) {
        return calls.count(kind);
    }

    /** API calls of any kind except tokens, including failed ones. */
    public int apiCalls() {
        return calls.countOfApi();
    }

    /** Credits spent within the last 24 hours. */
    public int creditsSpent() {
        return credits.spent();
    }

    boolean hasSearchScope() {
        return searchScope;
    }

    boolean notesAreForAdministrators() {
        return notesForAdministrators;
    }

    /** Wraps a handler as a call of the API: counted, delayed, and refused if requested. */
    Handler counted(String kind, Handler handler) {
        return calls.ofApi(kind, handler);
    }

    @Override
    public void close() {
        server.stop();
    }
}
