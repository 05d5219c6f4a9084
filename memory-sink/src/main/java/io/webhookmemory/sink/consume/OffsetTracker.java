package io.webhookmemory.sink.consume;

import io.webhookmemory.topics.wire.CommitNote;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * The unfinished records of one assigned partition. Records finish in any order. The position of the lowest unfinished one
 * may be committed, with a {@link CommitNote} of the others, so that no record that is finished is processed again.
 *
 * <p>A position is committed by the polling thread, and with each transaction. The polling thread does not commit one while a
 * transaction that finishes a record is in progress, because Kafka could then keep the position without that record.
 * Thread-safe.
 */
final class OffsetTracker implements FencedWrites.Position {
    /** Offsets with the time of their record, milliseconds since the epoch. */
    private final TreeMap<Long, Long> unfinished = new TreeMap<>();

    /** Offsets of records that the last member did not finish, and that are still to be read. */
    private final TreeSet<Long> leftOver = new TreeSet<>();

    /** Before this offset, the last member finished every record that it did not leave over. */
    private final long finishedTo;

    private long next;
    private int running;
    private int finishing;
    private int committing;
    private boolean stopped;
    private boolean takenAway;

    /** @param position the first offset to read */
    OffsetTracker(long position) {
        this(position, Optional.empty());
    }

    /** @param note committed with the position */
    OffsetTracker(long position, Optional<CommitNote> note) {
        note.ifPresent(known -> leftOver.addAll(known.offsets()));
        finishedTo = note.map(known -> known.knownTo(position)).orElse(position);
        next = Math.max(position, finishedTo);
    }

    /**
     * Adds a record that was read; in the order of the partition.
     *
     * @param time of the record, milliseconds since the epoch
     * @return false if the last member finished it
     */
    synchronized boolean add(long offset, long time) {
        boolean isLeftOver = leftOver.contains(offset);
        // An offset before this one that was not read no longer exists.
        leftOver.headSet(offset, true).clear();
        next = Math.max(next, offset + 1);
        if (offset < finishedTo && !isLeftOver) {
            return false;
        }
        unfinished.put(offset, time);
        return true;
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
        notifyAll();
    }

    /**
     * Records how far the partition has been read, if that is beyond the last record: without it, transaction markers
     * after the last record would show as lag forever.
     */
    synchronized void readUpTo(long position) {
        leftOver.headSet(position).clear();
        next = Math.max(next, position);
    }

    /** The position to commit, with metadata about the unfinished records after it. */
    synchronized OffsetAndMetadata toCommit() {
        return after(Set.of());
    }

    /** {@inheritDoc} */
    @Override
    public synchronized OffsetAndMetadata after(Set<Long> finished) {
        TreeSet<Long> open = new TreeSet<>(unfinished.keySet());
        open.removeAll(finished);
        open.addAll(leftOver);
        if (open.isEmpty()) {
            return new OffsetAndMetadata(next);
        }
        return new OffsetAndMetadata(open.first(), CommitNote.of(next, open).toMetadata(open.first()));
    }

    /** {@inheritDoc} */
    @Override
    public synchronized void finished(Set<Long> offsets) {
        unfinished.keySet().removeAll(offsets);
    }

    /**
     * Begins a transaction that finishes a record; waits while the polling thread commits.
     *
     * @throws LeaseLostException if the partition was taken away, or the thread is interrupted
     */
    synchronized void beginFinishing() {
        try {
            while (committing > 0 && !takenAway) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LeaseLostException("interrupted while waiting for an offset commit", e);
        }
        if (takenAway) {
            throw new LeaseLostException("the partition was taken away");
        }
        finishing++;
    }

    synchronized void endFinishing() {
        finishing--;
    }

    /**
     * Begins a commit by the polling thread.
     *
     * @return false if a transaction that finishes a record is in progress
     */
    synchronized boolean beginCommit() {
        if (finishing > 0) {
            return false;
        }
        committing++;
        return true;
    }

    synchronized void endCommit() {
        committing--;
        notifyAll();
    }

    /** The earliest time of the unfinished records. */
    synchronized OptionalLong oldest() {
        return unfinished.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Collections.min(unfinished.values()));
    }
}
