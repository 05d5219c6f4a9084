package io.webhookmemory.console.overview;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The condition of one of Prometheus's alert rules, over the console's own history of an hour.
 *
 * @param alert the rule's name
 * @param place the part of the picture that it is about
 * @param quotes thresholds and windows as the rule's expression writes them; a test compares
 */
record Condition(String alert, Place place, List<String> quotes, Predicate<Facts> holds) {
    private static final Pattern COMPARISON = Pattern.compile("(>=|==|>|<) (.+)");
    private static final Pattern WINDOW = Pattern.compile("\\[(\\d+)([mh])]");

    /** The parts of the picture. */
    enum Place {
        SERVICES,
        INGRESS,
        PROCESSOR,
        SINK,
        COGNEE,
        DEAD_LETTERS,
        SUBSCRIPTIONS;

        String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Holds while the value compares as the quoted threshold says; never without a value. */
    static Condition when(
            String alert, Place place, ToDoubleFunction<Facts> value, String comparison, String... furtherQuotes) {
        return new Condition(
                alert,
                place,
                quotes(comparison, furtherQuotes),
                facts -> compare(value.applyAsDouble(facts), comparison));
    }

    /** The same, if more has to hold too. */
    Condition and(Predicate<Facts> further, String... furtherQuotes) {
        List<String> all = new ArrayList<>(quotes);
        all.addAll(Arrays.asList(furtherQuotes));
        return new Condition(alert, place, List.copyOf(all), holds.and(further));
    }

    private static List<String> quotes(String first, String... further) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(Arrays.asList(further));
        return List.copyOf(all);
    }

    /** @param comparison such as {@code > 4 * 3600} */
    static boolean compare(double value, String comparison) {
        Matcher parts = COMPARISON.matcher(comparison);
        if (!parts.matches()) {
            throw new IllegalArgumentException(comparison);
        }
        double threshold = Arrays.stream(parts.group(2).split(" \\* ", -1))
                .mapToDouble(Double::parseDouble)
                .reduce(1, (a, b) -> a * b);
        return switch (parts.group(1)) {
            case ">" -> value > threshold;
            case ">=" -> value >= threshold;
            case "<" -> value < threshold;
            default -> value == threshold;
        };
    }

    /** @param text such as {@code [10m]} */
    static Duration window(String text) {
        Matcher parts = WINDOW.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(text);
        }
        long count = Long.parseLong(parts.group(1));
        return parts.group(2).equals("h") ? Duration.ofHours(count) : Duration.ofMinutes(count);
    }
}
