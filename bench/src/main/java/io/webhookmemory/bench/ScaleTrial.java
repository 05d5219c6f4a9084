package io.webhookmemory.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** One instance of a service gets a second one and loses it, under a steady load. */
final class ScaleTrial {
    private static final Duration SETTLING = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofMinutes(3);
    /** Output of an instance that is gone may be on its way for this time. */
    private static final Duration UNDERWAY = Duration.ofSeconds(1);

    private final ScaleParts parts;
    private final int events;
    private final int rate;
    private final Gaps gaps;
    private Parts.Service second;

    /**
     * @param events of the throughput with two instances
     * @param rate of the steady load, events per second
     */
    ScaleTrial(ScaleParts parts, int events, int rate) {
        this.parts = parts;
        this.events = events;
        this.rate = rate;
        gaps = new Gaps(parts.partitions());
    }

    /**
     * The longest time without output of any partition, each from the beginning of the change until output goes on.
     *
     * @param none without a change
     * @param joins while a second instance joins
     * @param stops while one of two is stopped in order
     * @param killed while one of two is ended with SIGKILL
     */
    record Pauses(Duration none, Duration joins, Duration stops, Duration killed) {}

    /** @param throughput of two instances */
    record Result(ScaleTables.Throughput throughput, Pauses pauses) {}

    Result run() throws Exception {
        Parts.Service first = parts.start(1);
        List<Duration> before = underLoad(() -> LockSupport.parkNanos(SETTLING.toNanos()), this::startSecond);
        ScaleTables.Throughput throughput = ScaleTables.Throughput.measure(parts, events, List.of(first, second));
        List<Duration> after = underLoad(
                () -> second.process().close(),
                this::startSecond,
                () -> second.process().kill());
        return new Result(throughput, new Pauses(before.get(0), before.get(1), after.get(0), after.get(2)));
    }

    /** The pauses that changes cause, one after the other. */
    private List<Duration> underLoad(Runnable... changes) throws Exception {
        AutoCloseable output = parts.observe(gaps);
        SteadyLoad load = new SteadyLoad(rate, parts.sender());
        try {
            pause(() -> {});
            return Arrays.stream(changes).map(this::pause).toList();
        } finally {
            load.close();
            output.close();
        }
    }

    private void startSecond() {
        second = parts.start(2);
        await("the second instance gets no work", () -> parts.isShared(2));
    }

    /** The longest gap from a change until all partitions have output again, and a while longer. */
    private Duration pause(Runnable change) {
        gaps.begin();
        change.run();
        long resumed = System.nanoTime() + UNDERWAY.toNanos();
        await("a partition has no output", () -> gaps.allSince(resumed));
        LockSupport.parkNanos(SETTLING.toNanos());
        return gaps.longest();
    }

    private static void await(String otherwise, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(otherwise + " after " + LIMIT);
            }
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }
}
