package io.webhookmemory.sink.consume;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/**
 * One generation's membership of the group, and until when it is certain. The proof is an offset commit that the group's
 * coordinator accepted from this member and generation: it restarts the session timeout at the coordinator, as a heartbeat
 * does. So nobody else can have got the partitions before the session timeout after it was <em>sent</em>. A poll that returns
 * proves nothing (it returns while Kafka is away), and neither does the heartbeats' metric (it counts refusals as well).
 *
 * <p>Ages are the greater of two clocks' differences: a machine that is suspended may stop the monotonic clock, and the wall
 * clock may be put back. Thread-safe.
 */
final class Membership {
    /** For clocks that run differently, and for what passes between the check and the call's start. */
    static final Duration MARGIN = Duration.ofSeconds(2);
    /** How often those who wait look at the clocks and at the partition themselves. */
    private static final long LOOK_MILLIS = 50;

    private final ConsumerGroupMetadata group;
    private final Duration sessionTimeout;
    private final Clock wall;
    private final LongSupplier nanos;
    private Moment proof;

    /** A time on both clocks. */
    record Moment(long millis, long nanos) {}

    /**
     * @param wall the real time, whatever clock decides what is due
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

    /** @param sent when the commit that was accepted had not been sent yet */
    synchronized void proven(Moment sent) {
        proof = sent;
        notifyAll();
    }

    /** How long the last proof is ago; longer than any timeout where there is none. */
    synchronized Duration age() {
        if (proof == null) {
            return Duration.ofDays(1);
        }
        Moment now = now();
        long byWall = TimeUnit.MILLISECONDS.toNanos(now.millis() - proof.millis());
        return Duration.ofNanos(Math.max(byWall, now.nanos() - proof.nanos()));
    }

    /**
     * Returns when no other member can get the partitions before a call that starts now has ended. Where that is not certain,
     * it waits for the next proof: while Kafka is away, and for a moment where the polling thread was late. A process that was
     * frozen gets none, but finds its partitions taken away.
     *
     * @param isTakenAway whether the partition is no longer ours
     * @throws LeaseLostException if it is not, or the thread is interrupted, as it is when the process stops
     * @throws IllegalArgumentException if no proof could ever be young enough for such a call
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
                throw new LeaseLostException("interrupted while waiting for proof that the partition is ours", e);
            }
        }
        if (isTakenAway.getAsBoolean()) {
            throw new LeaseLostException("the partition was taken away");
        }
    }
}
