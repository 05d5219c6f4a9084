package io.webhookmemory.service.cli;

import io.webhookmemory.service.time.TimeText;
import java.time.Clock;
import java.time.Instant;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts the argument of an option; see {@link TimeText}. */
public final class PointInTime implements ITypeConverter<Instant> {
    /** For the help text of options of this type. */
    public static final String HELP =
            "2026-01-31T12:00:00Z, 2026-01-31 (midnight, UTC), or how long ago: 90m, 12h, 7d.";

    private final Clock clock;

    public PointInTime(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Instant convert(String text) {
        try {
            return TimeText.parse(text, clock);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    /**
     * Rejects an empty time range.
     *
     * @param since nullable, like {@code until}: no limit
     * @throws CommandLine.ParameterException if {@code since} is not before {@code until}
     */
    public static void requireOrder(Instant since, Instant until, CommandLine line) {
        if (since != null && until != null && !since.isBefore(until)) {
            throw new CommandLine.ParameterException(
                    line, "--since (" + since + ") must be before --until (" + until + ")");
        }
    }
}
