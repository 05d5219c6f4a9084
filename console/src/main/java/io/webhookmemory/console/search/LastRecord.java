package io.webhookmemory.console.search;

import io.webhookmemory.admin.trace.Journey;
import io.webhookmemory.admin.trace.Place;
import io.webhookmemory.admin.trace.Step;
import io.webhookmemory.service.kafka.Clients;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.kafka.OffsetRange;
import io.webhookmemory.service.kafka.RangeReader;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.InvalidEventException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** The CRM record as the pipeline knows it: the content of its newest routed event that has any. */
final class LastRecord {
    private LastRecord() {}

    /** Indented JSON, personal data; empty if no event of the journey has content. */
    static Optional<String> of(Journey journey, KafkaSettings kafka) {
        List<Step> steps = new ArrayList<>(journey.steps());
        Collections.reverse(steps);
        try (KafkaConsumer<byte[], byte[]> consumer = Clients.consumer(kafka)) {
            RangeReader reader = new RangeReader(consumer, () -> false, () -> KafkaProblem.requireReachable(kafka));
            return steps.stream()
                    .filter(Step.Routed.class::isInstance)
                    .map(step -> content(reader, step.place()))
                    .flatMap(Optional::stream)
                    .findFirst();
        }
    }

    private static Optional<String> content(RangeReader reader, Place place) {
        List<WebhookEvent> events = new ArrayList<>();
        reader.read(
                Map.of(
                        new TopicPartition(place.topic(), place.partition()),
                        new OffsetRange(place.offset(), place.offset() + 1)),
                record -> {
                    try {
                        events.add(EventCodec.fromBytes(record.value()));
                    } catch (InvalidEventException e) {
                        // An earlier event is shown.
                    }
                });
        return events.stream()
                .map(WebhookEvent::recordData)
                .filter(data -> !data.isEmpty())
                .map(data -> data.toPrettyString())
                .findFirst();
    }
}
