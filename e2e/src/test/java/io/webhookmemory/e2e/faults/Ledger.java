package io.webhookmemory.e2e.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What was accepted, and what follows from it. Thread-safe. */
final class Ledger {
    private final Map<String, List<String>> eventsByRecord = new HashMap<>();
    private final Map<String, ExpectedDocument> memory = new TreeMap<>();
    private final SortedSet<String> refused = new TreeSet<>();
    private final List<String> violations = new ArrayList<>();
    private int webhooks;
    private int repeats;

    /** What was sent until a moment. */
    record Counts(int webhooks, int events, int repeats) {
        Counts since(Counts earlier) {
            return new Counts(webhooks - earlier.webhooks, events - earlier.events, repeats - earlier.repeats);
        }
    }

    synchronized void accepted(Webhook webhook) {
        webhooks++;
        for (Webhook.Change change : webhook.changes()) {
            eventsByRecord
                    .computeIfAbsent(change.recordId(), record -> new ArrayList<>())
                    .add(change.eventId());
            if (change.refused()) {
                refused.add(change.eventId());
            }
            change.after()
                    .ifPresentOrElse(
                            document -> memory.put(change.document(), document),
                            () -> memory.remove(change.document()));
        }
    }

    synchronized void repeated() {
        repeats++;
    }

    /** A response that no fault explains. */
    synchronized void violated(String what) {
        violations.add(what);
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    synchronized Counts counts() {
        return new Counts(
                webhooks, eventsByRecord.values().stream().mapToInt(List::size).sum(), repeats);
    }

    /** Event ids by record id, in the order in which they were accepted. */
    synchronized Map<String, List<String>> events() {
        Map<String, List<String>> copy = new TreeMap<>();
        eventsByRecord.forEach((record, events) -> copy.put(record, List.copyOf(events)));
        return copy;
    }

    /** By document name. */
    synchronized Map<String, ExpectedDocument> memory() {
        return new TreeMap<>(memory);
    }

    /** Ids of the events that must be dead letters. */
    synchronized SortedSet<String> refused() {
        return new TreeSet<>(refused);
    }
}
