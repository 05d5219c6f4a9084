package io.webhookmemory.service.config;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Reads typed settings and collects every problem, so that an operator can fix all of them at once.
 *
 * <p>A read never throws. A bad value is recorded and replaced by the default until {@link #finish()}, which throws if
 * any problem was recorded. Not thread-safe.
 */
public final class SettingsReader {
    private final Environment environment;
    private final List<String> problems = new ArrayList<>();
    private final Set<String> names = new LinkedHashSet<>();

    public SettingsReader(Environment environment) {
        this.environment = environment;
        environment.problems().forEach(this::problem);
    }

    /** @throws InvalidSettingsException if any setting read so far is missing or bad */
    public void finish() {
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
    }

    /**
     * Records a problem, worded for the operator. The same sentence is recorded once, because two parts may read one
     * setting.
     */
    public void problem(String sentence) {
        if (!problems.contains(sentence)) {
            problems.add(sentence);
        }
    }

    /** The names of all settings read so far; the documentation must list them. */
    public Set<String> names() {
        return Set.copyOf(names);
    }

    public Environment environment() {
        return environment;
    }

    public Optional<String> optional(String name) {
        names.add(name);
        return environment.get(name);
    }

    public String text(String name, String fallback) {
        return optional(name).orElse(fallback);
    }

    public Optional<Secret> optionalSecret(String name) {
        return optional(name).map(Secret::new);
    }

    /** One or more comma-separated secrets, each of at least {@code minLength} characters. */
    public List<Secret> secrets(String name, int minLength) {
        List<String> values = list(name, List.of());
        if (values.isEmpty()) {
            problem(name + " is required");
        }
        if (values.stream().anyMatch(value -> value.length() < minLength)) {
            problem(name + " must have at least " + minLength + " characters in every secret");
        }
        return values.stream().map(Secret::new).toList();
    }

    public int integer(String name, int fallback, int min, int max) {
        return parse(
                name,
                fallback,
                Integer::valueOf,
                value -> value >= min && value <= max,
                "a whole number from " + min + " to " + max);
    }

    public boolean flag(String name, boolean fallback) {
        return parse(
                name,
                fallback,
                value -> switch (value.toLowerCase(Locale.ROOT)) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw new IllegalArgumentException();
                },
                value -> true,
                "true or false");
    }

    /** A duration given in seconds; fractions are allowed. */
    public Duration seconds(String name, double fallback, double min, double max) {
        double seconds = parse(
                name,
                fallback,
                Double::valueOf,
                value -> value >= min && value <= max,
                "seconds from " + min + " to " + max);
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    public Duration millis(String name, int fallback, int min, int max) {
        return Duration.ofMillis(integer(name, fallback, min, max));
    }

    public URI url(String name, String fallback) {
        return parse(
                name,
                URI.create(fallback),
                URI::create,
                value -> ("http".equals(value.getScheme()) || "https".equals(value.getScheme()))
                        && value.getHost() != null,
                "an http or https URL");
    }

    /** A comma-separated list; blanks around and empty parts are dropped. */
    public List<String> list(String name, List<String> fallback) {
        List<String> values = optional(name).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .distinct()
                .toList();
        return values.isEmpty() ? fallback : values;
    }

    /** A constant of an enum, written as in the documentation: lower case, hyphens for underscores. */
    public <E extends Enum<E>> E choice(String name, Class<E> type, E fallback) {
        List<String> words =
                Arrays.stream(type.getEnumConstants()).map(SettingsReader::word).toList();
        return parse(
                name,
                fallback,
                value -> type.getEnumConstants()[words.indexOf(value.toLowerCase(Locale.ROOT))],
                value -> true,
                "one of " + String.join(", ", words));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    // The message omits the value: it may be a secret in the wrong variable.
    private <T> T parse(String name, T fallback, Function<String, T> parser, Predicate<T> valid, String expectation) {
        Optional<String> text = optional(name);
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            T value = parser.apply(text.get());
            if (valid.test(value)) {
                return value;
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            // Reported below, like a value out of range.
        }
        problem(name + " must be " + expectation);
        return fallback;
    }
}
