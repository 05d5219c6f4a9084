package io.webhookmemory.testkit.cognee;

import io.javalin.Javalin;
import io.javalin.config.SizeUnit;
import io.javalin.json.JavalinJackson;
import io.webhookmemory.topics.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * An HTTP server that behaves like Cognee's REST API, as far as the sink uses it: datasets, documents identified by
 * their content, the lock per dataset, access, errors and their shapes. The contract suite verifies it, and also passes
 * against a running Cognee. Latency and failures can be set, and the contents of memory can be read. Thread-safe.
 */
public final class CogneeDouble implements AutoCloseable {
    private static final int LARGEST_IN_MEMORY_MIB = 10;

    private final Javalin server;
    private final Store store = new Store();
    private final Faults faults = new Faults();
    private final Access access = new Access();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> cognifyRuns = new ConcurrentHashMap<>();
    private volatile CogneeVersion version = CogneeVersion.V1_6;
    private volatile Duration latency = Duration.ZERO;
    private volatile Duration cognifyLatency = Duration.ZERO;
    private volatile Consumer<Document> documentListener = document -> {};
    private volatile Consumer<String> callListener = kind -> {};
    private volatile Consumer<String> buildListener = dataset -> {};

    private CogneeDouble(String host, int port) {
        Api api = new Api(this, store, faults, access);
        server = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.jsonMapper(new JavalinJackson(Json.MAPPER, false));
            // Otherwise every document is written to a file first.
            config.jetty.multipartConfig.maxInMemoryFileSize(LARGEST_IN_MEMORY_MIB, SizeUnit.MB);
            api.addTo(config.routes);
        });
        server.start(host, port);
    }

    /**
     * A document in memory.
     *
     * @param name the file name without its extension
     * @param externalMetadata JSON text as it was sent; null if there was none
     */
    public record Document(String dataset, String dataId, String name, String text, String externalMetadata) {}

    /** On any free port. */
    public static CogneeDouble start() {
        return start(0);
    }

    public static CogneeDouble start(int port) {
        return start("localhost", port);
    }

    /** @param host the address to listen on; {@code 0.0.0.0} for all */
    static CogneeDouble start(String host, int port) {
        return new CogneeDouble(host, port);
    }

    public String url() {
        return "http://localhost:" + port();
    }

    public int port() {
        return server.port();
    }

    /** The version of Cognee whose behaviour to use; 1.6.5 by default. */
    public CogneeDouble version(CogneeVersion behaviour) {
        version = behaviour;
        return this;
    }

    /** The duration of every call; building a graph takes {@link #cognifyLatency} in addition. */
    public CogneeDouble latency(Duration duration) {
        latency = duration;
        return this;
    }

    /** The duration of building a graph, during which the dataset's lock is held. */
    public CogneeDouble cognifyLatency(Duration duration) {
        cognifyLatency = duration;
        return this;
    }

    /** Accepts only calls with this key in {@code X-Api-Key}, or with a session, from now on. */
    public CogneeDouble requireApiKey(String key) {
        access.requireApiKey(key);
        return this;
    }

    /** Reverts {@link #requireApiKey}. */
    public void requireNoKey() {
        access.requireNoKey();
    }

    /** Accepts only calls with a session that this login opened, or with the key, from now on. */
    public CogneeDouble requireLogin(String username, String password) {
        access.requireLogin(username, password);
        return this;
    }

    /** Rejects all sessions opened so far with 401. */
    public void expireSessions() {
        access.expireSessions();
    }

    /** The next adds of a text that contains the given words fail with the status; later ones succeed. */
    public void failNext(int times, int status, String words) {
        faults.failNext(times, status, words);
    }

    /** The next calls of any kind get 429 with a Retry-After of so many whole seconds. */
    public void throttleNext(int times, Duration retryAfter) {
        faults.throttleNext(times, retryAfter);
    }

    /** Refuses adds of matching texts permanently. */
    public void refuse(Predicate<String> text, int status, String detail) {
        faults.refuse(text, status, detail);
    }

    /** Reverts {@link #refuse}. */
    public void refuseNothing() {
        faults.refuseNothing();
    }

    /** Removes all datasets, as if the database had been wiped. */
    public void wipe() {
        store.clear();
    }

    /** While true, every call gets 503. */
    public void unavailable(boolean value) {
        faults.unavailable(value);
    }

    /** So many percent of all calls, drawn at random, fail with 500 and have no effect from now on. */
    public void failCalls(int percent) {
        faults.failCalls(percent);
    }

    /** The next adds and deletions of documents take effect, but the connection breaks before the response is sent. */
    public void loseNextResponses(int times) {
        faults.loseNextResponses(times);
    }

    /**
     * Building a graph fails with 500 from now on. If the LLM causes it, detailed health reports it.
     *
     * @param detail the error in Cognee's words; null to let it succeed again
     */
    public void failCognify(String detail) {
        faults.failCognify(Optional.ofNullable(detail));
    }

    /** Building this dataset's graph fails with 500 from now on, as for a text that the LLM cannot process. */
    public void failCognifyOf(String dataset, String detail) {
        faults.failCognifyOf(dataset, detail);
    }

    /** Called after each new document, in the thread of the request. */
    public void onDocument(Consumer<Document> callback) {
        documentListener = callback;
    }

    /** Called with the kind of each call, as in {@link #calls}, in its thread; it may delay the call. */
    public void onCall(Consumer<String> callback) {
        callListener = callback;
    }

    /** Called with the dataset of each graph that is built, in the thread of the call and with the dataset's lock held. */
    public void onBuild(Consumer<String> callback) {
        buildListener = callback;
    }

    /** All documents, in no particular order. */
    public List<Document> documents() {
        return store.documents();
    }

    public List<Document> documents(String dataset) {
        return documents().stream()
                .filter(document -> document.dataset().equals(dataset))
                .toList();
    }

    /** The datasets with documents that their graphs do not contain yet. */
    public List<String> unbuilt() {
        return store.datasets().stream()
                .filter(Dataset::hasUnbuilt)
                .map(Dataset::name)
                .toList();
    }

    /** How often the dataset's graph was built. */
    public int cognifyRuns(String dataset) {
        return countOf(cognifyRuns, dataset);
    }

    /**
     * The number of calls of a kind, including failed ones.
     *
     * @param kind {@code login}, {@code me}, {@code datasets}, {@code create_dataset}, {@code delete_dataset}, {@code
     *     list}, {@code count}, {@code raw}, {@code delete}, {@code add} or {@code cognify}
     */
    public int calls(String kind) {
        return countOf(calls, kind);
    }

    CogneeVersion version() {
        return version;
    }

    Duration latency() {
        return latency;
    }

    Duration cognifyLatency() {
        return cognifyLatency;
    }

    void building(String dataset) {
        buildListener.accept(dataset);
    }

    void count(String kind) {
        increment(calls, kind);
        callListener.accept(kind);
    }

    void countCognify(String dataset) {
        increment(cognifyRuns, dataset);
    }

    void tell(Document document) {
        documentListener.accept(document);
    }

    private static void increment(Map<String, AtomicInteger> counts, String key) {
        counts.computeIfAbsent(key, absent -> new AtomicInteger()).incrementAndGet();
    }

    private static int countOf(Map<String, AtomicInteger> counts, String key) {
        AtomicInteger count = counts.get(key);
        return count == null ? 0 : count.get();
    }

    @Override
    public void close() {
        server.stop();
    }
}
