package io.webhookmemory.console.metrics;

/** The values of one series of the last hour. Guarded by {@link History}. */
final class Series {
    static final long UNKNOWN = -1;

    private final long[] times;
    private final double[] values;
    private final long zeroAt;
    private int next;
    private int size;

    /** @param zeroAt a time at which the series, if it is a counter, was 0; {@link #UNKNOWN} if it is older than the history */
    Series(int capacity, long zeroAt) {
        this.zeroAt = zeroAt;
        times = new long[capacity];
        values = new double[capacity];
    }

    void add(long millis, double value) {
        times[next] = millis;
        values[next] = value;
        next = (next + 1) % times.length;
        size = Math.min(size + 1, times.length);
    }

    int size() {
        return size;
    }

    /** @param index from 0, the oldest */
    long time(int index) {
        return times[position(index)];
    }

    double value(int index) {
        return values[position(index)];
    }

    /** The time from which on the counter is known. */
    long begin() {
        return zeroAt == UNKNOWN ? time(0) : zeroAt;
    }

    private int position(int index) {
        return Math.floorMod(next - size + index, times.length);
    }

    /** The newest value; NaN if it is older than that time. */
    double latest(long since) {
        return size > 0 && time(size - 1) >= since ? value(size - 1) : Double.NaN;
    }

    /** By how much a counter grew in a range of time; a fall is a restart, after which it counts from 0. */
    double increase(long since, long until) {
        double increase = 0;
        boolean begins = zeroAt != UNKNOWN && size < times.length && size > 0 && time(0) >= since;
        double last = begins ? 0 : Double.NaN;
        for (int i = 0; i < size; i++) {
            if (time(i) >= since && time(i) <= until && !Double.isNaN(value(i))) {
                if (!Double.isNaN(last)) {
                    increase += value(i) >= last ? value(i) - last : value(i);
                }
                last = value(i);
            }
        }
        return increase;
    }

    /** How often the value changed in a range of time. */
    int changes(long since) {
        int changes = 0;
        for (int i = 1; i < size; i++) {
            if (time(i - 1) >= since && value(i) != value(i - 1)) {
                changes++;
            }
        }
        return changes;
    }
}
