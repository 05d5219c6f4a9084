package io.webhookmemory.testkit.zoho;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.Javalin;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.json.JavalinJackson;
import io.webhookmemory.testkit.http.Connections;
import io.webhookmemory.testkit.http.Pause;
import io.webhookmemory.topics.json.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * An HTTP server that behaves as Zoho's accounts server and CRM API v8 are documented to, as far as the project uses
 * them: access tokens, records, deletions, names of fields, and notification channels, which expire silently. Written
 * from documents, not held against a live organisation; where they leave something open it takes the harsher reading.
 * Time is the given clock's. Latency and failures can be set, and what was called and sent can be read back.
 * Thread-safe.
 */
public final class ZohoDouble implements AutoCloseable {
    public static final String CLIENT_ID = "1000.CLIENT";
    public static final String CLIENT_SECRET = "client secret&more";
    public static final String REFRESH_TOKEN = "1000.refresh+token";

    static final Set<String> MODULES =
            Set.of("Leads", "Accounts", "Contacts", "Deals", "Tasks", "Events", "Calls", "Notes");

    private final Javalin server;
    private final Accounts accounts;
    private final Credits credits;
    private final Store store;
    private final Faults faults = new Faults();
    private final Channels channels;
    private final Notifier notifier;
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private volatile Duration latency = Duration.ZERO;
    private volatile boolean notesForAdministrators;

    private ZohoDouble(int port, Clock clock) {
        accounts = new Accounts(clock);
        credits = new Credits(clock);
        store = new Store(clock);
        channels = new Channels(clock);
        notifier = new Notifier(channels, store, clock);
        server = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.jsonMapper(new JavalinJackson(Json.MAPPER, false));
            config.routes.post("/oauth/v2/token", this::issueToken);
            // Before the routes of records, which would take its path for a module's.
            new WatchRoutes(this, channels).addTo(config.routes);
            new RecordRoutes(this, store).addTo(config.routes);
            new WriteRoutes(this).addTo(config.routes);
            config.routes.exception(
                    Refusal.class,
                    (refusal, call) -> call.status(refusal.status()).json(refusal.body()));
        });
        server.start("localhost", port);
    }

    /** What became of a notification: the status it was answered with, 0 where there was no answer. */
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

    /** On any free port, by the system's clock. */
    public static ZohoDouble start() {
        return start(0, Clock.systemUTC());
    }

    public static ZohoDouble start(int port, Clock clock) {
        return new ZohoDouble(port, clock);
    }

    /** Of the accounts server and of the API alike. */
    public String url() {
        return "http://localhost:" + server.port();
    }

    /** The variables to reach it with. */
    public Map<String, String> variables() {
        return Map.of(
                "ZOHO_CLIENT_ID", CLIENT_ID,
                "ZOHO_CLIENT_SECRET", CLIENT_SECRET,
                "ZOHO_REFRESH_TOKEN", REFRESH_TOKEN,
                "ZOHO_ACCOUNTS_URL", url(),
                "ZOHO_API_URL", url());
    }

    /** Every call takes this long. */
    public ZohoDouble latency(Duration duration) {
        latency = duration;
        return this;
    }

    /** So many credits in any 24 hours; without limit unless said otherwise. */
    public ZohoDouble dailyCredits(int limit) {
        credits.limit(limit);
        return this;
    }

    /** So many calls at once; more are answered 429. Without limit unless said otherwise. */
    public ZohoDouble concurrency(int limit) {
        credits.concurrency(limit);
        return this;
    }

    /** While true, Notes cannot be listed, only read one by one. */
    public ZohoDouble notesForAdministrators(boolean value) {
        notesForAdministrators = value;
        return this;
    }

    /**
     * Creates or changes a record, which holds its {@code id}, and tells the channels that watch. Fields that are not
     * given stay as they are; the times of creation and change are the double's. A deleted one of that id is gone from
     * the recycle bin.
     */
    public void put(String module, ObjectNode record) {
        boolean existed = store.record(module, Store.id(record)).isPresent();
        store.put(module, record)
                .ifPresent(changed ->
                        notifier.send(module, existed ? "update" : "insert", List.of(Store.id(record)), changed));
    }

    /** Creates or changes several records in one go, of which channels are told in one notification. */
    public void putAll(String module, List<ObjectNode> records) {
        List<String> ids = records.stream().map(Store::id).toList();
        boolean existed = ids.stream().allMatch(id -> store.record(module, id).isPresent());
        records.forEach(record -> store.put(module, record));
        notifier.send(module, existed ? "update" : "insert", ids, List.of());
    }

    /** Moves records to the recycle bin. Channels are told in one notification. */
    public void delete(String module, String... ids) {
        delete(module, false, ids);
    }

    /** Deletes records for good. Channels are told in one notification. */
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

    /** Takes a record out of the recycle bin. Which notification that causes is not documented: an update here. */
    public void restore(String module, String id) {
        if (store.restore(module, id)) {
            notifier.send(module, "update", List.of(id), List.of());
        }
    }

    public Optional<ObjectNode> record(String module, String id) {
        return store.record(module, id);
    }

    /** Ids of all living records. */
    public List<String> ids(String module) {
        return store.records(module, Optional.empty()).stream().map(Store::id).toList();
    }

    /** All access tokens given out so far get 401 from now on. */
    public void expireTokens() {
        accounts.expireTokens();
    }

    /** While true, the refresh token counts as revoked. */
    public void refuseCredentials(boolean value) {
        accounts.refuse(value);
    }

    /** While true, no token is given out: too many were asked for. */
    public void throttleTokens(boolean value) {
        accounts.throttle(value);
    }

    /** The next calls of the API get 429, without a word on how long to stay away. */
    public void throttleNext(int times) {
        faults.throttleNext(times, Optional.empty());
    }

    /** The next calls of the API get 429 and are told to stay away for so many whole seconds. */
    public void throttleNext(int times, Duration retryAfter) {
        faults.throttleNext(times, Optional.of(retryAfter));
    }

    /** The next calls of the API fail. */
    public void failNext(int times, int status, String code, String message) {
        faults.failNext(times, status, code, message);
    }

    /** While true, every call is answered 503, as by a proxy: not in Zoho's shape. */
    public void unavailable(boolean value) {
        faults.unavailable(value);
    }

    /** The next calls of the API take effect, and the connection breaks before the answer is sent. */
    public void loseNextAnswers(int times) {
        faults.loseNextAnswers(times);
    }

    /** Asked before each notification: where it says true, that one is never sent. */
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
     * How many calls of a kind came in, failed ones included.
     *
     * @param kind {@code token}, {@code record}, {@code records}, {@code deleted}, {@code fields}, {@code enable},
     *     {@code renew}, {@code replace}, {@code channels}, {@code disable}, {@code create}, {@code update} or
     *     {@code delete}
     */
    public int calls(String kind) {
        AtomicInteger count = calls.get(kind);
        return count == null ? 0 : count.get();
    }

    /** Calls of the API of whatever kind, tokens left out, failed ones included. */
    public int apiCalls() {
        return calls.entrySet().stream()
                .filter(kind -> !kind.getKey().equals("token"))
                .mapToInt(kind -> kind.getValue().get())
                .sum();
    }

    /** Credits spent within the last 24 hours. */
    public int creditsSpent() {
        return credits.spent();
    }

    boolean notesAreForAdministrators() {
        return notesForAdministrators;
    }

    /** The handler as a call of the API: counted, slow, refused where it is to be. */
    Handler counted(String kind, Handler handler) {
        return call -> {
            count(kind);
            Pause.after(call.req(), latency);
            if (faults.isUnavailable()) {
                call.status(503).result("Service Unavailable");
                return;
            }
            accounts.check(call);
            if (faults.throttleThisCall()) {
                faults.retryAfter().ifPresent(after -> call.header("Retry-After", String.valueOf(after.toSeconds())));
                throw Refusal.tooManyRequests();
            }
            if (!credits.enter()) {
                throw Refusal.tooManyRequests();
            }
            try {
                charge(call);
                faults.check();
                handler.handle(call);
            } finally {
                credits.leave();
            }
            if (faults.loseThisAnswer()) {
                Connections.drop(call.req());
            }
        };
    }

    private void charge(Context call) {
        boolean paid = credits.spend();
        credits.told().ifPresent(left -> call.header("X-API-CREDITS-REMAINING", String.valueOf(left)));
        if (!paid) {
            throw Refusal.tooManyRequests();
        }
    }

    private void issueToken(Context call) {
        count("token");
        Pause.after(call.req(), latency);
        if (faults.isUnavailable()) {
            call.status(503).result("Service Unavailable");
            return;
        }
        accounts.respond(call, url());
    }

    private void count(String kind) {
        calls.computeIfAbsent(kind, absent -> new AtomicInteger()).incrementAndGet();
    }

    @Override
    public void close() {
        server.stop();
    }
}
