package io.webhookmemory.e2e.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Rounds of faults on one deployment. In each, senders work before, during and after the faults; then the deployment must come
 * to rest by itself, with everything right.
 */
final class Trial implements AutoCloseable {
    private static final int SENDERS = 4;
    private static final Duration BEFORE = Duration.ofSeconds(1);
    private static final Duration AFTER = Duration.ofSeconds(1);
    private static final Duration QUIET_LIMIT = Duration.ofMinutes(3);
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(250);
    private static final int SHOWN = 5;

    private final Deployment deployment;
    private final Ledger ledger = new Ledger();
    private final SenderClock clock = new SenderClock();
    private final IngressClient client;
    private final List<Sender> senders;
    private final TopicsCheck topics;
    private final Growth growth = new Growth();

    /**
     * @param quiet from the last fault's end until everything was right; includes a second of further webhooks
     * @param last what became right last
     * @param revivals processes that ended by themselves and were started again
     * @param violations empty if everything was right
     */
    record Result(
            List<Fault> faults,
            Ledger.Counts sent,
            Duration quiet,
            String last,
            int revivals,
            List<String> violations) {}

    Trial(Path logs, long seed) {
        deployment = new Deployment(logs);
        try {
            deployment.start();
        } catch (RuntimeException | Error e) {
            deployment.close();
            throw e;
        }
        client = new IngressClient(deployment.ingressUri(), Deployment.SECRET);
        senders = IntStream.range(0, SENDERS)
                .mapToObj(number -> new Sender(number, client, ledger, clock, seed))
                .toList();
        topics = new TopicsCheck(deployment.bootstrapServers());
    }

    FaultCatalogue catalogue(Random random) {
        return new FaultCatalogue(deployment, clock, ledger, random);
    }

    /** @param length of the faults, all of which begin and end together */
    Result round(List<Fault> faults, Duration length) {
        Ledger.Counts before = ledger.counts();
        int revivals = deployment.revivals();
        AtomicBoolean enough = new AtomicBoolean();
        List<CompletableFuture<Void>> sending = senders.stream()
                .map(sender -> CompletableFuture.runAsync(() -> sender.sendUntil(enough::get), task -> {
                    Thread thread = new Thread(task, "sender");
                    thread.setDaemon(true);
                    thread.start();
                }))
                .toList();
        pause(BEFORE);
        long begin = System.nanoTime();
        faults.forEach(fault -> fault.begin().run());
        pause(length.minusNanos(System.nanoTime() - begin));
        faults.forEach(fault -> fault.end().run());
        long end = System.nanoTime();
        pause(AFTER);
        enough.set(true);
        sending.forEach(CompletableFuture::join);
        Rest rest = untilQuiet();
        List<String> violations = new ArrayList<>(rest.wrong());
        Duration quiet = Duration.ofNanos(System.nanoTime() - end);
        violations.addAll(topics.differences(ledger.events(), ledger.refused()));
        violations.addAll(growth.differences(deployment.running()));
        violations.addAll(ledger.violations());
        return new Result(
                faults,
                ledger.counts().since(before),
                quiet,
                rest.last(),
                deployment.revivals() - revivals,
                violations.stream().limit(SHOWN).toList());
    }

    /**
     * The end of a round.
     *
     * @param wrong what is still wrong after the limit
     * @param last what became right last; empty if everything was right at once
     */
    private record Rest(List<String> wrong, String last) {}

    private Rest untilQuiet() {
        long deadline = System.nanoTime() + QUIET_LIMIT.toNanos();
        String last = "";
        List<String> wrong = wrong();
        while (!wrong.isEmpty() && System.nanoTime() < deadline) {
            last = wrong.get(wrong.size() - 1);
            pause(CHECK_INTERVAL);
            wrong = wrong();
        }
        return new Rest(wrong, last);
    }

    private List<String> wrong() {
        List<String> wrong = new ArrayList<>(MemoryCheck.differences(ledger.memory(), deployment.cognee.documents()));
        deployment.cognee.unbuilt().forEach(dataset -> wrong.add("the graph of " + dataset + " lacks documents"));
        deployment.running().stream()
                .filter(instance -> !instance.isReady())
                .forEach(instance -> wrong.add(instance.name() + " is not ready"));
        health().ifPresent(wrong::add);
        return wrong;
    }

    /** What is wrong with it; empty if nothing is. */
    private Optional<String> health() {
        Optional<HttpResponse<String>> response = client.health();
        if (response.isEmpty()) {
            return Optional.of("no health");
        }
        try {
            JsonNode health = CrmRecord.JSON.readTree(response.get().body());
            boolean good = health.path("status").asText().equals("healthy")
                    && health.path("queue_size").asInt(-1) == 0;
            return good ? Optional.empty() : Optional.of("health is " + health);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void pause(Duration duration) {
        long until = System.nanoTime() + duration.toNanos();
        for (long left = duration.toNanos(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void close() {
        topics.close();
        deployment.close();
    }
}
