package io.webhookmemory.topics.json;

import com.ethlo.time.ITU;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * The texts of instants, equal to those of {@link Instant#toString()}. Every event has several, for which the JDK takes
 * a multiple of ITU's time.
 */
public final class InstantText {
    private static final Instant YEAR_0 = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");
    private static final int LENGTH_OF_DATE = 10;

    /** A power of two. An event's times are written several times, and those of a webhook's events are often equal. */
    private static final int LAST = 8;

    private static final ThreadLocal<Text[]> LAST_OF_THREAD = ThreadLocal.withInitial(() -> new Text[LAST]);

    private record Text(Instant time, String text) {}

    private InstantText() {}

    public static String of(Instant time) {
        Text[] last = LAST_OF_THREAD.get();
        int place = time.hashCode() & (LAST - 1);
        Text known = last[place];
        if (known == null || !known.time().equals(time)) {
            known = new Text(time, write(time));
            last[place] = known;
        }
        return known.text();
    }

    private static String write(Instant time) {
        if (time.isBefore(YEAR_0) || !time.isBefore(YEAR_10000)) {
            return time.toString();
        }
        // Not Instant.atOffset, which creates time zone rules on each call.
        LocalDateTime utc = LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), ZoneOffset.UTC);
        return ITU.formatUtc(utc.atOffset(ZoneOffset.UTC), fractionDigits(time.getNano()));
    }

    private static int fractionDigits(int nano) {
        if (nano == 0) {
            return 0;
        }
        return nano % 1_000_000 == 0 ? 3 : nano % 1_000 == 0 ? 6 : 9;
    }

    /** @return null if the text has another form; it may still be an instant, because ISO 8601 has many */
    public static Instant read(String text) {
        if (text.length() <= LENGTH_OF_DATE || text.charAt(LENGTH_OF_DATE) != 'T' || !text.endsWith("Z")) {
            return null;
        }
        try {
            return ITU.parseDateTime(text).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
