package io.webhookmemory.processor.record;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Generated histories of a deal: what happened, in what order it arrives, and what must come of it. */
public final class Histories {
    private static final List<EventType> TYPES =
            List.of(EventType.CREATE, EventType.UPDATE, EventType.UPDATE, EventType.DELETE);
    private static final int LONGEST = 8;

    private Histories() {}

    /** One to eight partial updates, creates and deletions, a second apart. */
    public static List<WebhookEvent> history(Random random, String recordId, Instant start) {
        List<WebhookEvent> history = new ArrayList<>();
        int length = 1 + random.nextInt(LONGEST);
        for (int second = 1; second <= length; second++) {
            EventType type = TYPES.get(random.nextInt(TYPES.size()));
            ObjectNode fields = Json.MAPPER.createObjectNode();
            for (String name : List.of("a", "b", "c", "d")) {
                switch (type == EventType.DELETE ? 2 : random.nextInt(3)) {
                    case 0 -> fields.put(name, random.nextInt(100));
                    case 1 -> fields.putNull(name);
                    default -> {}
                }
            }
            history.add(event(recordId + "-" + second, type, recordId, fields, start.plusSeconds(second), start));
        }
        return history;
    }

    /** The same in any order, some of them twice. */
    public static List<WebhookEvent> arrival(Random random, List<WebhookEvent> history) {
        List<WebhookEvent> arrival = new ArrayList<>(history);
        arrival.addAll(history.subList(0, random.nextInt(history.size())));
        Collections.shuffle(arrival, random);
        return arrival;
    }

    public static WebhookEvent event(
            String id, EventType type, String recordId, ObjectNode fields, Instant at, Instant receivedAt) {
        return WebhookEvent.received(
                id, type, "Deals", recordId, fields, List.of(), at, null, receivedAt, EventSource.SIGNED);
    }

    /** Plays events in the order of their times, and keeps no times: what a record is after all of them. */
    public static final class Model {
        private final Map<String, Integer> fields = new TreeMap<>();
        private boolean deleted;

        private Model() {}

        public static Model of(Collection<WebhookEvent> events) {
            Model model = new Model();
            events.stream()
                    .distinct()
                    .sorted(Comparator.comparing(WebhookEvent::timestamp))
                    .forEach(model::play);
            return model;
        }

        private void play(WebhookEvent event) {
            deleted = event.eventType() == EventType.DELETE;
            if (event.eventType() == EventType.CREATE) {
                fields.clear();
            }
            event.recordData().properties().forEach(field -> {
                if (field.getValue().isNull()) {
                    fields.remove(field.getKey());
                } else {
                    fields.put(field.getKey(), field.getValue().asInt());
                }
            });
        }

        public boolean deleted() {
            return deleted;
        }

        public ObjectNode data() {
            ObjectNode data = Json.MAPPER.createObjectNode();
            fields.forEach(data::put);
            return data;
        }
    }
}
