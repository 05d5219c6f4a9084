package io.webhookmemory.sink.deadletter;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.sink.deadletter.WaitingDeadLetters.Waiting;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again and again how many dead letters wait, whoever put them aside: every instance tells the same. Nothing else
 * depends on it; where Kafka does not tell, the gauges are not a number.
 */
public final class DeadLetterWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterWatch.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

    private final WaitingDeadLetters deadLetters;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "dead-letter-watch");
        thread.setDaemon(true);
        return thread;
    });
    private volatile Optional<Waiting> seen = Optional.empty();

    public DeadLetterWatch(KafkaSettings kafka, MeterRegistry metrics, Clock clock) {
        deadLetters = new WaitingDeadLetters(kafka);
        Gauge.builder(
                        "sink.dead.letters.waiting",
                        this,
                        watch -> watch.seen
                                .map(Waiting::deadLetters)
                                .map(Long::doubleValue)
                                .orElse(Double.NaN))
                .description("Dead letters on memory.sync.dlt that are neither redriven nor discarded")
                .register(metrics);
        Gauge.builder(
                        "sink.dead.letters.oldest.age",
                        this,
                        watch -> watch.seen
                                .map(waiting -> waiting.oldest()
                                        .map(oldest -> Math.max(
                                                        0,
                                                        Duration.between(oldest, clock.instant())
                                                                .toMillis())
                                                / 1e3)
                                        .orElse(0.0))
                                .orElse(Double.NaN))
                .baseUnit("seconds")
                .description("How long the oldest of them has been waiting; 0 where there is none")
                .register(metrics);
    }

    public void start() {
        looks.scheduleWithFixedDelay(this::look, 0, BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            seen = Optional.of(deadLetters.look());
        } catch (InterruptException e) {
            // The service stops.
        } catch (RuntimeException e) {
            if (seen.isPresent()) {
                LOG.atWarn().addKeyValue("reason", e.getMessage()).log("dead letters cannot be counted now");
            }
            seen = Optional.empty();
        }
    }

    @Override
    public void close() {
        looks.shutdownNow();
        try {
            if (looks.awaitTermination(1, TimeUnit.SECONDS)) {
                deadLetters.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
