package io.webhookmemory.service.kafka;

/** Offsets of a partition, from the first, included, to the second, excluded. */
public record OffsetRange(long from, long to) {
    public long length() {
        return Math.max(0, to - from);
    }
}
