package io.webhookmemory.testkit.zoho;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.webhookmemory.testkit.http.Connections;
import io.webhookmemory.testkit.http.Pause;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What every call meets before and after its own work: it is counted, delayed, and refused if requested. Thread-safe. */
final class Calls {
    private static final String TOKEN = "token";

    private final Accounts accounts;
    private final Credits credits;
    private final Faults faults;
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private volatile Duration latency = Duration.ZERO;

    Calls(Accounts accounts, Credits credits, Faults faults) {
        this.accounts = accounts;
        this.credits = credits;
        this.faults = faults;
    }

    void latency(Duration duration) {
        latency = duration;
    }

    int count(String kind) {
        AtomicInteger count = counts.get(kind);
        return count == null ? 0 : count.get();
    }

    /** All but those for tokens. */
    int countOfApi() {
        return counts.entrySet().stream()
                .filter(kind -> !kind.getKey().equals(TOKEN))
                .mapToInt(kind -> kind.getValue().get())
                .sum();
    }

    /** A call of the accounts server, for a token. */
    Handler forToken(Handler handler) {
        return call -> {
            if (begin(TOKEN, call)) {
                handler.handle(call);
            }
        };
    }

    /** A call of the API. */
    Handler ofApi(String kind, Handler handler) {
        return call -> {
            if (!begin(kind, call)) {
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

    /** Returns whether the servers are available; otherwise the response is written. */
    private boolean begin(String kind, Context call) {
        counts.computeIfAbsent(kind, absent -> new AtomicInteger()).incrementAndGet();
        Pause.after(call.req(), latency);
        if (faults.isUnavailable()) {
            call.status(503).result("Service Unavailable");
            return false;
        }
        return true;
    }

    private void charge(Context call) {
        boolean paid = credits.spend();
        credits.told().ifPresent(left -> call.header("X-API-CREDITS-REMAINING", String.valueOf(left)));
        if (!paid) {
            throw Refusal.tooManyRequests();
        }
    }
}
