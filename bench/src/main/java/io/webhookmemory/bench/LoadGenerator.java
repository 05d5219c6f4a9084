package io.webhookmemory.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Sends prepared requests, as fast as responses arrive or at a fixed rate. */
final class LoadGenerator {
    private static final long HIGHEST_MICROS = Duration.ofMinutes(2).toNanos() / 1000;

    private final List<URI> servers;
    private final int connections;

    LoadGenerator(URI server, int connections) {
        this(List.of(server), connections);
    }

    /** @param servers get the same number of connections each, give or take one */
    LoadGenerator(List<URI> servers, int connections) {
        this.servers = servers;
        this.connections = connections;
    }

    /**
     * The result of a run.
     *
     * @param micros latency of every response in microseconds
     * @param processorTime of this process during the run
     * @param unexpected number of responses with another status than the expected one
     */
    record Result(Histogram micros, Duration took, Duration processorTime, long unexpected) {
        long perSecond() {
            return Math.round(micros.getTotalCount() / (took.toNanos() / 1e9));
        }
    }

    /** Each connection sends its next request after the response to its last one. */
    Result asFastAsPossible(List<byte[]> requests, int expectedStatus) {
        return run(requests, expectedStatus, index -> System.nanoTime());
    }

    /**
     * Sends at a fixed rate, whatever the responses: open loop. Latency counts from the time at which a request was
     * due, so that requests that a stalled server delays count too.
     */
    OpenLoop atRate(List<byte[]> requests, int perSecond, int expectedStatus) {
        Schedule schedule =
                new Schedule(System.nanoTime() + Duration.ofMillis(200).toNanos(), perSecond);
        Result result = run(requests, expectedStatus, schedule::await);
        return new OpenLoop(result, schedule);
    }

    /**
     * When each request of an open loop is due.
     *
     * @param begin on the clock of {@link System#nanoTime()}
     */
    record Schedule(long begin, int perSecond) {
        long dueNanos(int index) {
            return begin + Math.round(index * 1e9 / perSecond);
        }

        /** Waits until a request is due; returns when it was. */
        long await(int index) {
            long due = dueNanos(index);
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            return due;
        }
    }

    /** An open loop that has run, and when its requests were due. */
    record OpenLoop(Result result, Schedule schedule) {
        long dueNanos(int index) {
            return schedule.dueNanos(index);
        }
    }

    private interface Pace {
        /** Waits until the request may go; returns when it was due. */
        long await(int index);
    }

    private Result run(List<byte[]> requests, int expectedStatus, Pace pace) {
        Histogram micros = new ConcurrentHistogram(HIGHEST_MICROS, 3);
        AtomicInteger next = new AtomicInteger();
        AtomicLong unexpected = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        Duration processorTime = processorTime();
        long begin = System.nanoTime();
        try {
            List<CompletableFuture<Void>> senders = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                URI server = servers.get(i % servers.size());
                senders.add(CompletableFuture.runAsync(
                        () -> send(server, requests, expectedStatus, pace, next, micros, unexpected), threads));
            }
            senders.forEach(CompletableFuture::join);
        } finally {
            threads.shutdown();
        }
        return new Result(
                micros,
                Duration.ofNanos(System.nanoTime() - begin),
                processorTime().minus(processorTime),
                unexpected.get());
    }

    private static Duration processorTime() {
        return ChildProcess.processorTime(ProcessHandle.current());
    }

    private void send(
            URI server,
            List<byte[]> requests,
            int expectedStatus,
            Pace pace,
            AtomicInteger next,
            Histogram micros,
            AtomicLong unexpected) {
        try (HttpConnection connection = new HttpConnection(server)) {
            for (int index = next.getAndIncrement(); index < requests.size(); index = next.getAndIncrement()) {
                long due = pace.await(index);
                if (connection.exchange(requests.get(index)) != expectedStatus) {
                    unexpected.incrementAndGet();
                }
                micros.recordValue(Math.min(HIGHEST_MICROS, (System.nanoTime() - due) / 1000));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
