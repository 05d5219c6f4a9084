package io.webhookmemory.sink.consume;

/** Counts the records that were handed out and are not finished. Thread-safe. */
final class InFlightRecords {
    private final int max;
    private final long maxBytes;
    private int count;
    private long bytes;

    InFlightRecords(int max, long maxBytes) {
        this.max = max;
        this.maxBytes = maxBytes;
    }

    synchronized void add(int size) {
        count++;
        bytes += size;
    }

    synchronized void remove(int size) {
        count--;
        bytes -= size;
    }

    synchronized boolean isFull() {
        return count >= max || bytes >= maxBytes;
    }

    synchronized int count() {
        return count;
    }

    synchronized long bytes() {
        return bytes;
    }
}
