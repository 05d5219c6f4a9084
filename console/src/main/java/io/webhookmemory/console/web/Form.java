package io.webhookmemory.console.web;

import io.javalin.http.Context;
import io.webhookmemory.service.time.TimeText;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Reads the fields of a form. */
public final class Form {
    private static final int MAX_TEXT = 20_000;

    private final Context ctx;
    private final Clock clock;

    public Form(Context ctx, Clock clock) {
        this.ctx = ctx;
        this.clock = clock;
    }

    /** A field without the blanks around it; empty if there is none. */
    public String text(String name) {
        String value = Optional.ofNullable(ctx.formParam(name)).orElse("").strip();
        if (value.length() > MAX_TEXT) {
            throw new InvalidInput(name + " is too long");
        }
        return value;
    }

    public boolean isChecked(String name) {
        return !text(name).isEmpty();
    }

    /** Values separated by commas or blanks, and those of repeated fields. */
    public Set<String> values(String name) {
        Set<String> values = new LinkedHashSet<>();
        for (String field : ctx.formParams(name)) {
            Arrays.stream(field.split("[,\\s]+", -1))
                    .filter(value -> !value.isEmpty())
                    .forEach(values::add);
        }
        return values;
    }

    /** @throws InvalidInput if the text is not a time */
    public Optional<Instant> time(String name) {
        String text = text(name);
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(TimeText.parse(text, clock));
        } catch (IllegalArgumentException e) {
            throw new InvalidInput(e.getMessage());
        }
    }

    /** @throws InvalidInput if the text is not a number in the range */
    public long number(String name, long fallback, long min, long max) {
        String text = text(name);
        try {
            long value = text.isEmpty() ? fallback : Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        throw new InvalidInput("\"" + name + "\" must be a whole number from " + min + " to " + max);
    }
}
