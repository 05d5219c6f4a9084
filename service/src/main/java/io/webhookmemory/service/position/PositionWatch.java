package io.webhookmemory.service.position;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.lifecycle.StartupException;
import io.webhookmemory.service.position.GroupPositions.Stale;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Protects a service against topics that are deleted and created again. A committed position then belongs to another
 * log, and the Kafka client skips records without an error. At the start, positions beyond the end of their log move to
 * its beginning. While the service runs, the watch checks every few seconds whether a topic has another id or a
 * position is beyond the end. If so, the service must end, and its positions move once it has left the group.
 * Thread-safe.
 */
public final class PositionWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PositionWatch.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);
    /**
     * Position and end are read one after the other, and a broker that takes over a partition may report a lower end
     * for a moment. Several checks also let Prometheus read the gauge before the process ends.
     */
    private static final int LOOKS_IN_A_ROW = 4;

    private final KafkaSettings kafka;
    private final GroupPositions positions;
    private final Map<String, List<String>> topicsByGroup;
    private final Map<String, Integer> rewound = new ConcurrentHashMap<>();
    private final Consumer<String> onRecreated;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "position-watch");
        thread.setDaemon(true);
        return thread;
    });
    private Map<String, Uuid> idsAtStart = Map.of();
    private int looksWithRecreated;
    private volatile Set<String> recreated = Set.of();

    /**
     * Creates the watch; it does not check anything yet.
     *
     * @param onRecreated called once, with a message for the operator, when the service cannot continue
     */
    public PositionWatch(
            KafkaSettings kafka,
            Map<String, List<String>> topicsByGroup,
            MeterRegistry metrics,
            Consumer<String> onRecreated) {
        this.kafka = kafka;
        this.topicsByGroup = Map.copyOf(topicsByGroup);
        this.positions = new GroupPositions(kafka, topicsByGroup);
        this.onRecreated = onRecreated;
        topicsByGroup.forEach((group, topics) -> {
            metrics.gauge(
                    "kafka.positions.rewound",
                    Tags.of("group", group),
                    rewound,
                    counts -> counts.getOrDefault(group, 0));
            metrics.gauge(
                    "kafka.topics.recreated",
                    Tags.of("group", group),
                    this,
                    watch -> topics.stream().filter(watch.recreated::contains).count());
        });
    }

    /**
     * Moves positions beyond the end of their log to its beginning, before any consumer starts. Records are read again
     * rather than lost; the pipeline recognises those already processed as duplicates.
     *
     * @throws StartupException if the group has running members, because Kafka then refuses to move its positions, or
     *     if Kafka does not respond
     */
    public void requireWithinLogs() {
        try {
            Map<String, List<Stale>> stale = positions.stale().stream().collect(Collectors.groupingBy(Stale::group));
            for (Map.Entry<String, List<Stale>> group : stale.entrySet()) {
                positions.rewind(group.getKey(), group.getValue());
                rewound.put(group.getKey(), group.getValue().size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted while waiting for Kafka", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new StartupException(KafkaProblem.of(kafka, e).getMessage(), e);
        }
    }

    public void start() {
        looks.scheduleWithFixedDelay(this::look, 0, BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            Map<String, Uuid> ids = positions.topicIds();
            if (idsAtStart.isEmpty()) {
                idsAtStart = ids;
            }
            Set<String> found = new TreeSet<>();
            positions.stale().forEach(position -> found.add(position.partition().topic()));
            ids.forEach((topic, id) -> {
                if (!id.equals(idsAtStart.get(topic))) {
                    found.add(topic);
                }
            });
            recreated = found;
            looksWithRecreated = found.isEmpty() ? 0 : looksWithRecreated + 1;
            if (looksWithRecreated == LOOKS_IN_A_ROW) {
                onRecreated.accept("topics were deleted and created again: " + String.join(", ", found)
                        + "; the service ends, to read them from their beginning at its next start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            // Kafka is unavailable, or a topic is missing: a later check will tell.
            LOG.debug("positions are not known now", e);
        }
    }

    /** Whether topics were created again: the service must then leave its groups, so that positions can be moved. */
    public boolean hasRecreated() {
        return !recreated.isEmpty();
    }

    /** Moves the positions in recreated topics to their beginning; call it after leaving the groups. */
    public void rewind() {
        Set<String> topics = recreated;
        if (topics.isEmpty()) {
            return;
        }
        try {
            positions.rewindTopics(topics);
            LOG.atWarn().addKeyValue("topics", topics).log("positions moved to the beginning of the topics");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            // For example, another instance is still a member: the last one to leave succeeds.
            LOG.atWarn()
                    .addKeyValue("topics", topics)
                    .addKeyValue("groups", topicsByGroup.keySet())
                    .addKeyValue("reason", e.getMessage())
                    .log("positions not moved to the beginning of the topics");
        }
    }

    @Override
    public void close() {
        looks.shutdownNow();
        positions.close();
    }
}
