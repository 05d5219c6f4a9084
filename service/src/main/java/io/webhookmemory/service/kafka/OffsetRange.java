package io.webhookmemory.service.kafka;

/** A range of offsets of a partition, {@code from} inclusive, {@code to} exclusive. */
public record OffsetRange(long from, long to) {
    public long length() {
        return Math.max(0, to - from);
    }
}
