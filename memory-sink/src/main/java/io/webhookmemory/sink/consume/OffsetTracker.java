package io.webhookmemory.sink.consume;

import io.webhookmemory.topics.wire.CommitNote;
import java.util.Collections;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * Which records of one assigned partition are not done. They finish in any order; what may be committed is the position
 * of the lowest unfinished one. Thread-safe.
 */
final class OffsetTracker {
    /** Offsets with the time of their record, milliseconds since the epoch. */
    private final TreeMap<Long, Long> unfinished = new TreeMap<>();

    private long next;
    private int running;
    private boolean stopped;
    private boolean takenAway;

    /** @param position the first offset that will be read */
    OffsetTracker(long position) {
        this.next = position;
    }

    /** @param time of the record, milliseconds since the epoch */
    synchronized void add(long offset, long time) {
        unfinished.put(offset, time);
        next = offset + 1;
    }

    /** @return false where the partition is no longer ours: another instance will do the record */
    synchronized boolean start() {
        if (!stopped) {
            running++;
        }
        return !stopped;
    }

    /** Whether another instance may be doing what still runs here. */
    synchronized boolean isTakenAway() {
        return takenAway;
    }

    synchronized void finish(long offset) {
        unfinished.remove(offset);
        release();
    }

    /** Work on a record ended without its being done. */
    synchronized void release() {
        running--;
        notifyAll();
    }

    /** From now on no work starts. */
    synchronized void stop() {
        stopped = true;
    }

    /**
     * Waits for work that runs.
     *
     * @return whether none runs
     */
    synchronized boolean awaitEnd(long nanos) {
        long deadline = System.nanoTime() + nanos;
        try {
            while (running > 0 && deadline - System.nanoTime() > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, deadline - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return running == 0;
    }

    /**
     * Waits for work that runs; what still does at the end is to end at its next step.
     *
     * @param deadline on the clock of {@link System#nanoTime()}
     */
    synchronized void giveUp(long deadline) {
        awaitEnd(deadline - System.nanoTime());
        takenAway = true;
    }

    /**
     * Notes how far the partition has been read where that is beyond the last record: transaction markers are no
     * records, and without this the group would seem to lag behind them for ever.
     */
    synchronized void readUpTo(long position) {
        next = Math.max(next, position);
    }

    /** The position to commit: everything before it is done. */
    synchronized long committable() {
        return unfinished.isEmpty() ? next : unfinished.firstKey();
    }

    /** {@link #committable}, with a note of what is not done after it. */
    synchronized OffsetAndMetadata toCommit() {
        String note = unfinished.isEmpty() ? "" : new CommitNote(next, unfinished.size()).toMetadata();
        return new OffsetAndMetadata(committable(), note);
    }

    /** The least time of the records that are not done. */
    synchronized OptionalLong oldest() {
        return unfinished.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Collections.min(unfinished.values()));
    }
}
