package io.webhookmemory.service.kafka;

import io.webhookmemory.service.lifecycle.StartupException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** An admin client that waits for responses and words failures for the operator. Thread-safe. */
public final class AdminCalls implements AutoCloseable {
    /** Not failures: brokers learn of a change one after the other, and other clients may change topics too. */
    private static final Set<Class<? extends ApiException>> EXPECTED = Set.of(
            TopicExistsException.class, InvalidPartitionsException.class, UnknownTopicOrPartitionException.class);

    private final KafkaSettings kafka;
    private final Admin admin;

    private AdminCalls(KafkaSettings kafka, Admin admin) {
        this.kafka = kafka;
        this.admin = admin;
    }

    /** @throws StartupException if the settings are not valid for a client */
    public static AdminCalls open(KafkaSettings kafka) {
        try {
            return new AdminCalls(kafka, Clients.admin(kafka));
        } catch (KafkaException e) {
            throw new StartupException(KafkaProblem.of(kafka, e).getMessage(), e);
        }
    }

    public Admin admin() {
        return admin;
    }

    /**
     * Waits for a response.
     *
     * @throws ApiException one of {@link #EXPECTED}
     * @throws StartupException for every other failure
     */
    public <T> T await(KafkaFuture<T> response) {
        try {
            return response.get(Clients.ADMIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted while waiting for Kafka", e);
        } catch (ExecutionException | TimeoutException e) {
            if (e.getCause() instanceof ApiException cause && EXPECTED.contains(cause.getClass())) {
                throw cause;
            }
            throw new StartupException(KafkaProblem.of(kafka, e).getMessage(), e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
