package io.webhookmemory.service.kafka;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Kafka cannot be used; the message says why and what to look at, in words for the operator. */
public final class KafkaProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;
    /** Within ten seconds a command says that Kafka does not answer; some of them go by until it has begun. */
    private static final Duration ATTEMPT = Duration.ofSeconds(8);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private KafkaProblem(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Asks the cluster for a sign of life, so that a wrong address is said at once rather than retried for minutes. Where a
     * broker takes connections and does not answer, this process may be too slow to ask: it asks again for half a minute.
     *
     * @throws KafkaProblem within ten seconds where there is none, within 40 s where brokers take connections
     */
    public static void requireReachable(KafkaSettings kafka) {
        long patience = System.nanoTime() + PATIENCE.toNanos();
        ask(kafka, ATTEMPT, () -> System.nanoTime() < patience && Listening.any(kafka.bootstrapServers()));
    }

    /**
     * Asks again and again until Kafka answers: a service may start before its brokers, or on a machine so busy that one
     * attempt passes before a byte is sent.
     *
     * @throws KafkaProblem after half a minute without an answer; at once where Kafka answers with a refusal
     */
    public static void awaitReachable(KafkaSettings kafka) {
        awaitReachable(kafka, ATTEMPT, PATIENCE);
    }

    /**
     * Asks again and again.
     *
     * @param attempt limit of one attempt
     * @param patience no attempt begins after this time
     */
    public static void awaitReachable(KafkaSettings kafka, Duration attempt, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        ask(kafka, attempt, () -> System.nanoTime() < end);
    }

    // One client for all attempts: what it has done in vain (classes, connections, logins) is not to be done again.
    private static void ask(KafkaSettings kafka, Duration attempt, BooleanSupplier again) {
        try (Admin admin = Clients.admin(kafka, attempt)) {
            while (!responds(admin, attempt, again)) {
                // The attempt has waited.
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

    /** What went wrong, in plain words. */
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
        // Around it there are only wrappers, whose messages repeat the names of their causes' classes.
        Throwable root = root(error);
        return new KafkaProblem(
                "Kafka at " + kafka.bootstrapServers() + " refused: "
                        + root.getClass().getSimpleName() + ": " + root.getMessage(),
                error);
    }

    // Such as for a certificate file that is not there; what is wrong stands in the last of the causes.
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
            return "Kafka does not accept the login; look at KAFKA_SASL_JAAS_CONFIG and KAFKA_SASL_MECHANISM";
        }
        if (cause instanceof SslAuthenticationException) {
            return "No trusted TLS connection to Kafka; look at the KAFKA_SSL_* variables: " + cause.getMessage();
        }
        if (cause instanceof AuthorizationException) {
            return "Kafka does not allow this: " + cause.getMessage() + "; \"topics acls\" prints what is needed";
        }
        if (cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException) {
            return "Another run of the same command took over; what this one had committed stays, the rest is its";
        }
        if (cause instanceof UnknownTopicOrPartitionException) {
            return "A topic is missing; run \"topics apply\"";
        }
        if (cause instanceof ConfigException || isClientNotMade(cause)) {
            return "KAFKA_BOOTSTRAP_SERVERS or another KAFKA_* variable cannot be used: "
                    + root(cause).getMessage();
        }
        if (cause instanceof TimeoutException || cause instanceof org.apache.kafka.common.errors.TimeoutException) {
            return "Kafka does not answer; is it running, and are KAFKA_BOOTSTRAP_SERVERS and"
                    + " KAFKA_SECURITY_PROTOCOL right?";
        }
        return null;
    }
}
