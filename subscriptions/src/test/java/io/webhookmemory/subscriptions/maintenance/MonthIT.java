package io.webhookmemory.subscriptions.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.subscriptions.channel.ChannelMaintenance;
import io.webhookmemory.subscriptions.channel.Outcome.Action;
import io.webhookmemory.subscriptions.channel.Outcome.Done;
import io.webhookmemory.subscriptions.channel.SubscriptionSettings;
import io.webhookmemory.subscriptions.channel.Subscriptions;
import io.webhookmemory.subscriptions.sweep.Sweep;
import io.webhookmemory.testkit.MutableClock;
import io.webhookmemory.testkit.zoho.ZohoDouble;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.zoho.api.ZohoClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A month by a clock of ours, with the default intervals: records change, notifications get lost, Zoho is away for up to a
 * day and the service for up to nine, which no channel survives. Over HTTP against the double.
 */
class MonthIT {
    private static final Instant START = Instant.parse("2026-03-01T08:00:00Z");
    private static final int DAYS = 30;
    private static final Duration STEP = Duration.ofMinutes(15);
    private static final List<String> MODULES =
            List.of("Accounts", "Contacts", "Deals", "Tasks", "Events", "Calls", "Notes");

    private final MutableClock clock = new MutableClock(START);
    private final ZohoDouble zoho = ZohoDouble.start(0, clock);
    private final HttpServer receiver = receiver();
    private final Random random = new Random(13);
    /** When a record changed last, as long as nobody here knows it. */
    private final Map<String, Instant> unknown = new HashMap<>();

    private final List<Integer> callsByDay = new ArrayList<>();
    private Instant serviceIsBack = START;
    private Instant zohoIsBack = START;
    private int changes;
    private int notified;
    private int foundBySweep;
    private boolean registered;

    private final SubscriptionSettings settings = settings();
    private final ZohoClient client = ZohoClient.create(settings.zoho(), new SimpleMeterRegistry(), clock);
    private final ChannelMaintenance keeper = new ChannelMaintenance(
            new Subscriptions(client.channels(), settings.plan(), clock),
            settings,
            clock,
            random::nextDouble,
            this::count);
    private final Sweep sweep = new Sweep(client, this::swept, clock);

    @AfterEach
    void stop() {
        receiver.stop(0);
        zoho.close();
    }

    @Test
    void whatever_is_lost_in_a_month_of_outages_every_gap_is_closed_by_the_next_sweep() {
        Instant nextLook = START;
        Instant nextSweep = START;
        Map<String, Instant> positions = new HashMap<>();
        MODULES.forEach(module -> positions.put(module, START));
        int callsBefore = 0;
        for (int step = 0; step < DAYS * 24 * 4; step++) {
            clock.advance(STEP);
            breakSomething(step);
            change();
            registered = false;
            if (isServiceUp() && !clock.instant().isBefore(nextLook)) {
                nextLook = clock.instant().plus(keeper.check());
            }
            if (isServiceUp() && (registered || !clock.instant().isBefore(nextSweep))) {
                Sweep.Result result = sweep.run(positions);
                positions.putAll(result.positions());
                nextSweep = clock.instant().plus(result.troubles().isEmpty() ? Duration.ofHours(1) : STEP);
                if (result.troubles().isEmpty()) {
                    assertThat(unknown).as("at " + clock.instant()).isEmpty();
                }
            }
            if (step % 96 == 95) {
                callsByDay.add(zoho.apiCalls() - callsBefore);
                callsBefore = zoho.apiCalls();
            }
        }

        print();
        assertThat(changes - notified).as("changes that nobody was told of").isGreaterThan(500);
        assertThat(zoho.calls("enable")).as("at first, and after the nine days").isGreaterThanOrEqualTo(2);
        assertThat(callsByDay)
                .as("96 looks and 24 sweeps of seven modules, and what they find")
                .allMatch(calls -> calls < 600);
    }

    private void breakSomething(int step) {
        if (step == 12 * 96) {
            serviceIsBack = clock.instant().plus(Duration.ofDays(9));
        } else if (random.nextInt(300) == 0) {
            serviceIsBack = latest(serviceIsBack, clock.instant().plus(Duration.ofMinutes(random.nextInt(12 * 60))));
        }
        if (random.nextInt(300) == 0) {
            zohoIsBack = clock.instant().plus(Duration.ofMinutes(random.nextInt(24 * 60)));
        }
        zoho.unavailable(clock.instant().isBefore(zohoIsBack));
        zoho.loseNotifications(() -> random.nextInt(20) == 0);
    }

    private void change() {
        String module = MODULES.get(random.nextInt(MODULES.size()));
        String id = String.valueOf(1000 + random.nextInt(200));
        changes++;
        unknown.put(module + "/" + id, clock.instant());
        if (random.nextInt(5) == 0 && zoho.record(module, id).isPresent()) {
            zoho.delete(module, id);
        } else {
            zoho.put(module, Json.MAPPER.createObjectNode().put("id", id).put("Value", changes));
        }
    }

    private boolean isServiceUp() {
        return !clock.instant().isBefore(serviceIsBack);
    }

    private CompletableFuture<Void> swept(List<WebhookEvent> events) {
        for (WebhookEvent event : events) {
            String record = event.module() + "/" + event.recordId();
            if (unknown.containsKey(record) && !event.timestamp().isBefore(unknown.get(record))) {
                unknown.remove(record);
                foundBySweep++;
            }
        }
        return CompletableFuture.completedFuture(null);
    }

    private void count(Done change) {
        registered |= change.action() == Action.REGISTERED;
    }

    private void take(HttpExchange exchange) throws IOException {
        JsonNode body = Json.MAPPER.readTree(exchange.getRequestBody());
        if (isServiceUp()) {
            body.path("ids").forEach(id -> {
                if (unknown.remove(body.path("module").asText() + "/" + id.asText()) != null) {
                    notified++;
                }
            });
        }
        exchange.sendResponseHeaders(isServiceUp() ? 200 : 503, -1);
        exchange.close();
    }

    private void print() {
        int looks = zoho.calls("channels");
        int renewals = zoho.calls("enable") + zoho.calls("renew");
        System.out.printf(
                "%n| of a month | |%n| --- | --- |%n| changes at Zoho | %,d |%n| told of by a notification | %,d |%n"
                        + "| found by the sweep | %,d |%n| API calls a day: median, greatest | %d, %d |%n"
                        + "| – looks at the channels | %d |%n| – registering and renewing | %.1f |%n| – sweeps | %d |%n%n",
                changes,
                notified,
                foundBySweep,
                callsByDay.stream().sorted().toList().get(DAYS / 2),
                callsByDay.stream().mapToInt(Integer::intValue).max().orElseThrow(),
                looks / DAYS,
                (double) renewals / DAYS,
                (zoho.apiCalls() - looks - renewals) / DAYS);
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private HttpServer receiver() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
            server.createContext("/", this::take);
            server.start();
            return server;
        } catch (IOException e) {
            throw new IllegalStateException("cannot listen", e);
        }
    }

    private SubscriptionSettings settings() {
        Map<String, String> variables = new HashMap<>(zoho.variables());
        variables.put("WEBHOOK_SECRET", "a-secret-of-at-least-thirty-two-characters");
        variables.put(
                "WEBHOOK_BASE_URL", "http://localhost:" + receiver.getAddress().getPort());
        variables.put("ZOHO_RATE_LIMIT", "1000");
        SettingsReader reader = new SettingsReader(new Environment(variables));
        SubscriptionSettings read = SubscriptionSettings.from(reader);
        reader.finish();
        return read;
    }
}
