package io.webhookmemory.cognee;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.webhookmemory.topics.json.Json;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version that Cognee reports. */
record ServerVersion(int major, int minor) {
    private static final Pattern NUMBER = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})(?!\\d).*");

    /** @param health the body of the health response; a version may have a suffix, as in {@code 1.6.5-local} */
    static Optional<ServerVersion> of(String health) {
        try {
            Matcher number =
                    NUMBER.matcher(Json.MAPPER.readTree(health).path("version").asText());
            return number.matches()
                    ? Optional.of(
                            new ServerVersion(Integer.parseInt(number.group(1)), Integer.parseInt(number.group(2))))
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    boolean isAtLeast(int wantedMajor, int wantedMinor) {
        return major != wantedMajor ? major > wantedMajor : minor >= wantedMinor;
    }

    /**
     * The cached version of a server. Cached for a minute only, because the server may be replaced unnoticed.
     * Thread-safe.
     */
    static final class Known {
        private static final long KEPT_NANOS = Duration.ofMinutes(1).toNanos();

        private record Read(Optional<ServerVersion> version, long nanoTime) {}

        private volatile Read last;

        /** @param ask called if the version is unknown or expired */
        Optional<ServerVersion> get(Supplier<Optional<ServerVersion>> ask) {
            Read read = last;
            if (read == null || System.nanoTime() - read.nanoTime() > KEPT_NANOS) {
                read = new Read(ask.get(), System.nanoTime());
                last = read;
            }
            return read.version();
        }

        void forget() {
            last = null;
        }
    }
}
