package io.webhookmemory.console.operation;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Runs operations in the background and remembers the newest. The record of all is the audit log. Thread-safe. */
public final class Operations implements AutoCloseable {
    private static final int REMEMBERED = 100;
    private static final int MAX_UNFINISHED = 20;
    private static final int PREVIEWS_AT_ONCE = 2;

    private final Clock clock;
    private final AuditLog audit = new AuditLog();
    private final long stopSeconds;
    private final Deque<Operation> operations = new ArrayDeque<>();
    private final ExecutorService previews = Executors.newFixedThreadPool(PREVIEWS_AT_ONCE);
    private final Map<Work.Kind, ExecutorService> runs = new EnumMap<>(Work.Kind.class);

    /** @param stopSeconds how long running work may take to end when the console stops */
    public Operations(Clock clock, long stopSeconds) {
        this.clock = clock;
        this.stopSeconds = stopSeconds;
        for (Work.Kind kind : Work.Kind.values()) {
            runs.put(kind, Executors.newSingleThreadExecutor());
        }
    }

    /** @throws IllegalStateException if too many operations wait */
    public Operation start(Work work, String user) {
        String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        Operation operation = new Operation(id, work, user, clock.instant());
        remember(operation);
        ExecutorService executor = work.isPreview() ? previews : runs.get(work.kind());
        audit.asked(operation);
        executor.execute(() -> {
            operation.run(clock);
            audit.ended(operation);
        });
        return operation;
    }

    private synchronized void remember(Operation operation) {
        if (operations.stream().filter(known -> !known.isEnded()).count() >= MAX_UNFINISHED) {
            throw new IllegalStateException("too many operations are running; wait for one of them, or stop it");
        }
        operations.addFirst(operation);
        while (operations.size() > REMEMBERED && operations.peekLast().isEnded()) {
            operations.removeLast();
        }
    }

    public synchronized Optional<Operation> find(String id) {
        return operations.stream()
                .filter(operation -> operation.id().equals(id))
                .findFirst();
    }

    /** What was done and is being done, without previews, the newest first. */
    public synchronized List<Operation> recent(Work.Kind kind) {
        Predicate<Operation> wanted = operation ->
                operation.work().kind() == kind && !operation.work().isPreview();
        return operations.stream().filter(wanted).limit(10).toList();
    }

    /** Carries out what a preview announced; empty if that was done before, or there is nothing to do. */
    public Optional<Operation> confirm(Operation preview, String user) {
        return follow(preview, preview.outcome().flatMap(preview.work()::announced), user);
    }

    /** Continues what was stopped; empty if that was done before, or there is no rest. */
    public Optional<Operation> resume(Operation stopped, String user) {
        return follow(stopped, stopped.outcome().flatMap(stopped.work()::rest), user);
    }

    private Optional<Operation> follow(Operation operation, Optional<Work> next, String user) {
        return next.isPresent() && operation.follow() ? Optional.of(start(next.get(), user)) : Optional.empty();
    }

    public void stop(Operation operation, String user) {
        audit.stopped(operation, user);
        operation.stop();
    }

    /** Stops what runs; it ends after the records in progress, and what was committed stays. */
    @Override
    public void close() {
        synchronized (this) {
            operations.forEach(Operation::stop);
        }
        previews.shutdown();
        runs.values().forEach(ExecutorService::shutdown);
        try {
            for (ExecutorService executor : runs.values()) {
                executor.awaitTermination(stopSeconds, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
