package io.webhookmemory.sink.consume;

import io.webhookmemory.topics.wire.CommitNote;
import java.util.Collections;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * The unfinished records of one assigned partition. Records finish in any order; the position of the lowest unfinished
 * one may be committed. Thread-safe.
 */
final class OffsetTracker {
    /** Offsets with the time of their record, milliseconds since the epoch. */
    private final TreeMap<Long, Long> unfinished = new TreeMap<>();

    private long next;
    private int running;
    private boolean stopped;
    private boolean takenAway;

    /** @param position the first offset to read */
    OffsetTracker(long position) {
        this.next = position;
    }

    /** @param time of the record, milliseconds since the epoch */
    synchronized void add(long offset, long time) {
        unfinished.put(offset, time);
        next = offset + 1;
    }

    /** @return false if the partition is no longer assigned: another instance will process the record */
    synchronized boolean start() {
        if (!stopped) {
            running++;
        }
        return !stopped;
    }

    /** Whether another instance may be processing what still runs here. */
    synchronized boolean isTakenAway() {
        return takenAway;
    }

    synchronized void finish(long offset) {
        unfinished.remove(offset);
        release();
    }

    /** Work on a record ended, and the record is not finished. */
    synchronized void release() {
        running--;
        notifyAll();
    }

    /** No work starts from now on. */
    synchronized void stop() {
        stopped = true;
    }

    /**
     * Waits for work in progress.
     *
     * @return whether none is left
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
     * Waits for work in progress; what still runs at the deadline ends at its next step.
     *
     * @param deadline on the clock of {@link System#nanoTime()}
     */
    synchronized void giveUp(long deadline) {
        awaitEnd(deadline - System.nanoTime());
        takenAway = true;
    }

    /**
     * Records how far the partition has been read, if that is beyond the last record: without it, transaction markers
     * after the last record would show as lag forever.
     */
    synchronized void readUpTo(long position) {
        next = Math.max(next, position);
    }

    /** The position to commit: every record before it is finished. */
    synchronized long committable() {
        return unfinished.isEmpty() ? next : unfinished.firstKey();
    }

    /** {@link #committable}, with metadata about the unfinished records after it. */
    synchronized OffsetAndMetadata toCommit() {
        String note = unfinished.isEmpty() ? "" : new CommitNote(next, unfinished.size()).toMetadata();
        return new OffsetAndMetadata(committable(), note);
    }

    /** The earliest time of the unfinished records. */
    synchronized OptionalLong oldest() {
        return unfinished.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Collections.min(unfinished.values()));
    }
}
