package io.webhookmemory.sink.consume;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/**
 * The membership of one group generation, and until when it is certain. The proof is an offset commit that the group's
 * coordinator accepted from this member and generation: like a heartbeat, it restarts the session timeout at the
 * coordinator. So no other member can own the partitions before the session timeout after it was <em>sent</em>. A poll
 * that returns proves nothing (it also returns while Kafka is unavailable), and neither does the heartbeat metric (it
 * counts refusals too).
 *
 * <p>Ages are the greater of two clocks' differences: suspending a machine may stop the monotonic clock, and the wall
 * clock may be set back. Thread-safe.
 */
final class Membership {
    /** For clocks that run differently, and for the time between the check and the start of the call. */
    static final Duration MARGIN = Duration.ofSeconds(2);
    /** How often waiting threads check the clocks and the partition. */
    private static final long LOOK_MILLIS = 50;

    private final ConsumerGroupMetadata group;
    private final Duration sessionTimeout;
    private final Clock wall;
    private final LongSupplier nanos;
    private Moment proof;

    /** A time on both clocks. */
    record Moment(long millis, long nanos) {}

    /**
     * @param wall real time, whatever clock decides what is due
     * @param nanos as {@link System#nanoTime()}
     */
    Membership(ConsumerGroupMetadata group, Duration sessionTimeout, Clock wall, LongSupplier nanos) {
        this.group = group;
        this.sessionTimeout = sessionTimeout;
        this.wall = wall;
        this.nanos = nanos;
    }

    ConsumerGroupMetadata group() {
        return group;
    }

    Moment now() {
        return new Moment(wall.millis(), nanos.getAsLong());
    }

    /** @param sent a time before the accepted commit was sent */
    synchronized void proven(Moment sent) {
        proof = sent;
        notifyAll();
    }

    /** The age of the last proof; longer than any timeout if there is none. */
    synchronized Duration age() {
        if (proof == null) {
            return Duration.ofDays(1);
        }
        Moment now = now();
        long byWall = TimeUnit.MILLISECONDS.toNanos(now.millis() - proof.millis());
        return Duration.ofNanos(Math.max(byWall, now.nanos() - proof.nanos()));
    }

    /**
     * Returns when no other member can own the partitions before a call that starts now ends. If that is uncertain, it
     * waits for the next proof: while Kafka is unavailable, and for a moment if the polling thread was late. A process
     * that was frozen gets no proof, but learns that its partitions were taken away.
     *
     * @param isTakenAway whether the partition is no longer assigned
     * @throws LeaseLostException if it is not, or the thread is interrupted, which happens when the process stops
     * @throws IllegalArgumentException if the session timeout is too short for such a call
     */
    synchronized void require(Duration callTimeout, BooleanSupplier isTakenAway) {
        Duration oldest = sessionTimeout.minus(MARGIN).minus(callTimeout);
        if (oldest.isNegative() || oldest.isZero()) {
            throw new IllegalArgumentException("a call of " + callTimeout.toSeconds()
                    + " s does not fit into a session timeout of " + sessionTimeout.toSeconds() + " s");
        }
        while (!isTakenAway.getAsBoolean() && age().compareTo(oldest) >= 0) {
            try {
                wait(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LeaseLostException("interrupted while waiting for proof of partition ownership", e);
            }
        }
        if (isTakenAway.getAsBoolean()) {
            throw new LeaseLostException("the partition was taken away");
        }
    }
}
