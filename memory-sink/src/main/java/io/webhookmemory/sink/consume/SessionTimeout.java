package io.webhookmemory.sink.consume;

import io.webhookmemory.service.kafka.KafkaSettings;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * The group's session timeout. A call that changes memory starts only if it will end within it, so it is longer than
 * the longest call. The difference is how long Kafka may be unavailable before calls wait.
 */
public final class SessionTimeout {
    /**
     * The cost: if a machine fails, the others take over only after this time. A process that is killed and restarted
     * has its place back at once (static membership).
     */
    private static final Duration USUAL = Duration.ofSeconds(60);
    /** Kafka may be unavailable for this time before calls wait, whatever their duration. */
    private static final Duration LEAST_ROOM = Duration.ofSeconds(15);
    /** The interval of proofs as a fraction of the session timeout; in the worst case it is half as much again. */
    private static final double PROOF_SHARE = 0.15;

    private SessionTimeout() {}

    /**
     * {@code KAFKA_SESSION_TIMEOUT_MS} if set, otherwise a minute or what the longest call needs.
     *
     * @throws IllegalArgumentException if there is a {@link #problem}
     */
    public static Duration of(KafkaSettings kafka, Duration longestCall) {
        problem(kafka, longestCall).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        Duration needed = longestCall.plus(Membership.MARGIN).plus(LEAST_ROOM);
        return configured(kafka).orElse(needed.compareTo(USUAL) > 0 ? needed : USUAL);
    }

    /** What is wrong with the setting, worded for configuration errors. */
    public static Optional<String> problem(KafkaSettings kafka, Duration longestCall) {
        return configured(kafka)
                .filter(session -> session.toMillis() * (1 - PROOF_SHARE)
                        <= longestCall.plus(Membership.MARGIN).toMillis())
                .map(session -> "KAFKA_SESSION_TIMEOUT_MS (%d) is too short for calls of %d ms: set at least %d"
                        .formatted(session.toMillis(), longestCall.toMillis(), least(longestCall)));
    }

    private static long least(Duration longestCall) {
        return (long) Math.ceil(longestCall.plus(Membership.MARGIN).toMillis() / (1 - PROOF_SHARE)) + 1;
    }

    private static Optional<Duration> configured(KafkaSettings kafka) {
        return Optional.ofNullable(kafka.options().get(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG))
                .filter(value -> value.matches("\\d{1,9}"))
                .map(value -> Duration.ofMillis(Long.parseLong(value)));
    }
}
