package io.webhookmemory.quickstart;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.cognee.CogneeClient;
import io.webhookmemory.cognee.CogneeSettings;
import io.webhookmemory.cognee.Memory;
import io.webhookmemory.cognee.MemoryException;
import io.webhookmemory.cognee.StoredDocument;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.InvalidEventException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Follows webhooks through the pipeline from outside: it reads the topics and queries memory. */
final class Tracker implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<String, byte[]> consumer;
    private final Memory memory;
    private Optional<String> trouble = Optional.empty();
    private final String datasetTemplate;
    private final Map<String, Journey.Routed> routed = new HashMap<>();
    private final Map<String, String> deadLetters = new HashMap<>();

    Tracker(SettingsReader settings) {
        memory = CogneeClient.create(CogneeSettings.from(settings), new SimpleMeterRegistry());
        datasetTemplate = settings.text("COGNEE_DATASET", "account_{account_id}");
        consumer = new KafkaConsumer<>(
                KafkaSettings.from(settings)
                        .forConsumer(Map.of(
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed",
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                "latest")),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = Stream.concat(
                        Topics.ofModules(Topics.DEFAULT_MODULES).stream(), Stream.of(Topics.DLT))
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        // seekToEnd is lazy: without this, records written before the first poll would be skipped.
        partitions.forEach(consumer::position);
    }

    /** Follows the webhooks until all have arrived or the time limit has passed. */
    List<Journey> follow(List<Journey> journeys, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        List<Journey> current = new ArrayList<>(journeys);
        while (!current.stream().allMatch(Journey::over) && System.nanoTime() < deadline) {
            consumer.poll(POLL).forEach(this::note);
            current.replaceAll(this::advance);
        }
        return List.copyOf(current);
    }

    private void note(ConsumerRecord<String, byte[]> message) {
        try {
            WebhookEvent event = EventCodec.fromBytes(message.value());
            if (message.topic().equals(Topics.DLT)) {
                deadLetters.put(
                        event.eventId(),
                        Headers.get(message.headers(), Headers.DLT_REASON).orElse("no reason given"));
            } else {
                routed.put(event.eventId(), new Journey.Routed(message.topic(), event));
            }
        } catch (InvalidEventException e) {
            // Another application's record on an external Kafka.
        }
    }

    private Journey advance(Journey journey) {
        Journey.Routed found = routed.get(journey.webhook().eventId());
        if (journey.over() || found == null) {
            return journey;
        }
        Journey known = journey.routed(found);
        String reason = deadLetters.get(journey.webhook().eventId());
        if (reason != null) {
            return known.arrived("dead letter (" + reason + ") on " + Topics.DLT);
        }
        return document(found.event())
                .map(name -> known.arrived("document " + name + " in " + dataset(found.event())))
                .orElse(known);
    }

    /** Checks the setup of memory; returns what to do about it, empty if all is well. */
    Optional<String> checkMemory() {
        try {
            memory.check();
            return Optional.empty();
        } catch (MemoryException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** Why the last query of memory failed; empty if it succeeded. */
    Optional<String> trouble() {
        return trouble;
    }

    private Optional<String> document(WebhookEvent event) {
        try {
            Optional<String> document = find(event);
            trouble = Optional.empty();
            return document;
        } catch (MemoryException e) {
            // The sink waits until memory works again; so does the tracker.
            trouble = Optional.of(e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<String> find(WebhookEvent event) {
        return memory.list(dataset(event)).stream()
                .filter(stored -> stored.metadata() != null
                        && stored.metadata().recordId().equals(event.recordId())
                        && !stored.metadata().eventTime().isBefore(event.timestamp()))
                .map(StoredDocument::name)
                .findFirst();
    }

    private String dataset(WebhookEvent event) {
        return datasetTemplate.replace("{account_id}", String.valueOf(event.accountId()));
    }

    @Override
    public void close() {
        consumer.close();
    }
}
