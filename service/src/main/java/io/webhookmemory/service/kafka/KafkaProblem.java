package io.webhookmemory.service.kafka;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Kafka cannot be used. The message tells the operator why, and what to check. */
public final class KafkaProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;
    /** A command reports within ten seconds that Kafka does not respond; starting takes a part of them. */
    private static final Duration ATTEMPT = Duration.ofSeconds(8);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private KafkaProblem(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Requires a response of the cluster, so that a wrong address is reported at once instead of being retried for
     * minutes. If a broker accepts connections but does not respond, this process may be too slow; then it repeats the
     * request for half a minute. {@code KAFKA_DEFAULT_API_TIMEOUT_MS} shortens these times.
     *
     * @throws KafkaProblem within ten seconds if there is no response, within 40 s if brokers accept connections
     */
    public static void requireReachable(KafkaSettings kafka) {
        long patience = System.nanoTime() + limited(kafka, PATIENCE).toNanos();
        ask(
                kafka,
                limited(kafka, ATTEMPT),
                () -> System.nanoTime() < patience && Listening.any(kafka.bootstrapServers()));
    }

    /**
     * Repeats a request until Kafka responds: a service may start before its brokers, or on a machine so busy that an
     * attempt times out before a byte is sent. {@code KAFKA_DEFAULT_API_TIMEOUT_MS} shortens these times.
     *
     * @throws KafkaProblem after half a minute without a response; at once if Kafka refuses
     */
    public static void awaitReachable(KafkaSettings kafka) {
        awaitReachable(kafka, limited(kafka, ATTEMPT), limited(kafka, PATIENCE));
    }

    /** The given time, or the time after which every call of a client fails if that is set and shorter. */
    static Duration limited(KafkaSettings kafka, Duration usual) {
        return Optional.ofNullable(kafka.options().get(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG))
                .filter(value -> value.matches("[1-9]\\d{0,8}"))
                .map(value -> Duration.ofMillis(Long.parseLong(value)))
                .filter(set -> set.compareTo(usual) < 0)
                .orElse(usual);
    }

    /**
     * Repeats a request until Kafka responds.
     *
     * @param attempt limit of one attempt
     * @param patience no attempt begins after this time
     */
    public static void awaitReachable(KafkaSettings kafka, Duration attempt, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        ask(kafka, attempt, () -> System.nanoTime() < end);
    }

    // Use one client for all attempts, to keep its loaded classes, connections and logins.
    private static void ask(KafkaSettings kafka, Duration attempt, BooleanSupplier again) {
        try (Admin admin = Clients.admin(kafka, attempt)) {
            while (!responds(admin, attempt, again)) {
                // The attempt itself has waited.
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaProblem("interrupted while waiting for Kafka", e);
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            throw of(kafka, e);
        }
    }

    private static boolean responds(Admin admin, Duration attempt, BooleanSupplier again)
            throws ExecutionException, InterruptedException, TimeoutException {
        try {
            admin.describeCluster().nodes().get(attempt.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            if (isSilence(e) && again.getAsBoolean()) {
                return false;
            }
            throw e;
        }
    }

    private static boolean isSilence(Throwable error) {
        return error instanceof TimeoutException
                || error.getCause() instanceof org.apache.kafka.common.errors.TimeoutException;
    }

    /** Describes an error for the operator. */
    public static KafkaProblem of(KafkaSettings kafka, Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof KafkaProblem known) {
                return known;
            }
            String words = words(cause);
            if (words != null) {
                return new KafkaProblem(words + " (brokers: " + kafka.bootstrapServers() + ")", error);
            }
        }
        // Outer exceptions only wrap: their messages repeat the class names of their causes.
        Throwable root = root(error);
        return new KafkaProblem(
                "Kafka at " + kafka.bootstrapServers() + " refused: "
                        + root.getClass().getSimpleName() + ": " + root.getMessage(),
                error);
    }

    // For example, a certificate file is missing; the last cause tells what is wrong.
    private static boolean isClientNotMade(Throwable error) {
        return error.getClass() == KafkaException.class
                && String.valueOf(error.getMessage()).startsWith("Failed to c");
    }

    private static Throwable root(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static String words(Throwable cause) {
        if (cause instanceof SaslAuthenticationException) {
            return "Kafka does not accept the login; check KAFKA_SASL_JAAS_CONFIG and KAFKA_SASL_MECHANISM";
        }
        if (cause instanceof SslAuthenticationException) {
            return "No trusted TLS connection to Kafka; check the KAFKA_SSL_* variables: " + cause.getMessage();
        }
        if (cause instanceof AuthorizationException) {
            return "Kafka does not allow this: " + cause.getMessage() + "; \"topics acls\" prints what is needed";
        }
        if (cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException) {
            return "Another run of the same command took over and continues; what this one had committed stays";
        }
        if (cause instanceof UnknownTopicOrPartitionException) {
            return "A topic is missing; run \"topics apply\"";
        }
        if (cause instanceof ConfigException || isClientNotMade(cause)) {
            return "KAFKA_BOOTSTRAP_SERVERS or another KAFKA_* variable cannot be used: "
                    + root(cause).getMessage();
        }
        if (cause instanceof TimeoutException || cause instanceof org.apache.kafka.common.errors.TimeoutException) {
            return "Kafka does not respond; is it running, and are KAFKA_BOOTSTRAP_SERVERS and "
                    + "KAFKA_SECURITY_PROTOCOL right?";
        }
        return null;
    }
}
