package io.webhookmemory.testkit.cognee;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/** The requested failures. Thread-safe. */
final class Faults {
    private final List<Passing> passing = new ArrayList<>();
    private final List<Lasting> lasting = new ArrayList<>();
    private volatile boolean unavailable;
    private volatile int failingPercent;
    private volatile Optional<String> cognifyFailure = Optional.empty();
    private final Map<String, String> cognifyFailures = new HashMap<>();
    private int answersToLose;
    private int callsToThrottle;
    private Duration retryAfter = Duration.ZERO;

    private static final class Passing {
        private int timesLeft;
        private final int status;
        private final String words;

        Passing(int times, int status, String words) {
            this.timesLeft = times;
            this.status = status;
            this.words = words;
        }
    }

    private record Lasting(Predicate<String> text, int status, String detail) {}

    synchronized void failNext(int times, int status, String words) {
        passing.add(new Passing(times, status, words));
    }

    synchronized void refuse(Predicate<String> text, int status, String detail) {
        lasting.add(new Lasting(text, status, detail));
    }

    synchronized void refuseNothing() {
        lasting.clear();
    }

    synchronized void loseNextResponses(int times) {
        answersToLose = times;
    }

    /** @throws LostResponse if this response must be lost */
    synchronized void loseResponseIfAsked() {
        if (answersToLose > 0) {
            answersToLose--;
            throw new LostResponse();
        }
    }

    synchronized void throttleNext(int times, Duration after) {
        callsToThrottle = times;
        retryAfter = after;
    }

    /** The Retry-After of this call; empty if it may continue. */
    synchronized Optional<Duration> throttle() {
        if (callsToThrottle == 0) {
            return Optional.empty();
        }
        callsToThrottle--;
        return Optional.of(retryAfter);
    }

    void unavailable(boolean value) {
        unavailable = value;
    }

    boolean isUnavailable() {
        return unavailable;
    }

    void failCalls(int percent) {
        failingPercent = percent;
    }

    /** @throws Refusal if this call is one of those that fail */
    void failIfDrawn() {
        if (ThreadLocalRandom.current().nextInt(100) < failingPercent) {
            throw Refusal.routed(500, "Internal server error", "asked to fail");
        }
    }

    void failCognify(Optional<String> detail) {
        cognifyFailure = detail;
    }

    synchronized void failCognifyOf(String dataset, String detail) {
        cognifyFailures.put(dataset, detail);
    }

    /** Empty while the dataset's graph can be built. */
    synchronized Optional<String> cognifyFailure(String dataset) {
        return Optional.ofNullable(cognifyFailures.get(dataset)).or(() -> cognifyFailure);
    }

    boolean isLlmAway() {
        return cognifyFailure
                .filter(detail -> detail.startsWith("LLM") || detail.startsWith("litellm."))
                .isPresent();
    }

    /**
     * Why the text must be refused this time.
     *
     * @throws Refusal if the whole call is refused before any of it is processed
     */
    synchronized Optional<Refusal> failureOf(String text) {
        for (Passing fault : passing) {
            if (fault.timesLeft > 0 && text.contains(fault.words)) {
                fault.timesLeft--;
                return Optional.of(refusal(fault.status, "asked to fail"));
            }
        }
        for (Lasting fault : lasting) {
            if (fault.text().test(text)) {
                return Optional.of(refusal(fault.status(), fault.detail()));
            }
        }
        return Optional.empty();
    }

    private static Refusal refusal(int status, String detail) {
        if (status == 500) {
            return Refusal.routed(500, "Internal server error", detail);
        }
        // A proxy in front of Cognee returns these; the rest are Cognee's own and have the shape of its errors.
        if (status > 500 || status == 408 || status == 429) {
            throw Refusal.plain(status, detail);
        }
        return Refusal.named(status, "RefusedOnRequestError", detail);
    }
}
