package io.webhookmemory.sink.consume;

import io.webhookmemory.service.kafka.KafkaSettings;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * How long the group waits for a member that is silent. A call that changes memory starts only if it ends before that, so the
 * session timeout is longer than the longest call; what it exceeds it by is how long Kafka may be away before calls wait.
 */
public final class SessionTimeout {
    /**
     * The cost is real failures only: if a machine is lost, the others take over after this time. A process that is killed and
     * started again has its place back at once (static membership).
     */
    private static final Duration USUAL = Duration.ofSeconds(60);
    /** Kafka may be away for so long before calls wait, whatever they take. */
    private static final Duration LEAST_ROOM = Duration.ofSeconds(15);
    /** Proofs are that far apart, and half as much again in the worst case. */
    private static final double PROOF_SHARE = 0.15;

    private SessionTimeout() {}

    /**
     * {@code KAFKA_SESSION_TIMEOUT_MS} where it is set, otherwise a minute or what the longest call needs.
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

    /** What is wrong with the setting; for the configuration's errors. */
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
