package io.webhookmemory.sink;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that runs so many times faster than others. */
final class FastClock extends Clock {
    private final int factor;
    private final Instant start = Instant.now();

    FastClock(int factor) {
        this.factor = factor;
    }

    @Override
    public Instant instant() {
        return start.plus(Duration.between(start, Instant.now()).multipliedBy(factor));
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("not needed");
    }
}
