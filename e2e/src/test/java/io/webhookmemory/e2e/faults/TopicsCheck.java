package io.webhookmemory.e2e.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.testkit.TopicReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Whether the module topics hold every accepted event once and in the order of its record, and the dead letter topic exactly the
 * events that Cognee refuses. Reads what a consumer of committed records sees. Not thread-safe.
 */
final class TopicsCheck implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    /** The memory-sink's own events, for records that another instance may have written meanwhile. */
    private static final String OF_THE_SINK = "verify:";

    private final TopicReader modules;
    private final TopicReader dead;

    TopicsCheck(String bootstrapServers) {
        modules = new TopicReader(
                bootstrapServers,
                "zoho.accounts",
                "zoho.contacts",
                "zoho.deals",
                "zoho.tasks",
                "zoho.notes",
                "zoho.activities");
        dead = new TopicReader(bootstrapServers, "memory.sync.dlt");
    }

    /** What is wrong; empty if nothing is. */
    List<String> differences(Map<String, List<String>> events, SortedSet<String> refused) {
        Map<String, List<String>> routed = new TreeMap<>();
        for (ConsumerRecord<String, byte[]> event : modules.toEnd(LIMIT)) {
            String id = eventId(event);
            if (!id.startsWith(OF_THE_SINK)) {
                routed.computeIfAbsent(event.key(), record -> new ArrayList<>()).add(id);
            }
        }
        List<String> letters =
                dead.toEnd(LIMIT).stream().map(TopicsCheck::eventId).toList();
        return differences(events, routed, refused, letters);
    }

    /**
     * What is wrong; empty if nothing is.
     *
     * @param events ids of the accepted events by record
     * @param routed ids of the events on the module topics by record
     * @param refused ids of the events that must be dead letters
     * @param letters ids of those that are
     */
    static List<String> differences(
            Map<String, List<String>> events,
            Map<String, List<String>> routed,
            SortedSet<String> refused,
            List<String> letters) {
        List<String> differences = new ArrayList<>();
        TreeSet<String> records = new TreeSet<>(events.keySet());
        records.addAll(routed.keySet());
        for (String record : records) {
            List<String> wanted = events.getOrDefault(record, List.of());
            List<String> found = routed.getOrDefault(record, List.of());
            if (!found.equals(wanted)) {
                differences.add("the module topic holds of record %s %s, not %s".formatted(record, found, wanted));
            }
        }
        if (!letters.stream().sorted().toList().equals(List.copyOf(refused))) {
            differences.add("the dead letters are %s, not %s".formatted(letters, refused));
        }
        return differences;
    }

    private static String eventId(ConsumerRecord<String, byte[]> event) {
        try {
            JsonNode id = CrmRecord.JSON.readTree(event.value()).path("event_id");
            return id.isTextual() ? id.textValue() : "no event: key " + event.key();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        modules.close();
        dead.close();
    }
}
