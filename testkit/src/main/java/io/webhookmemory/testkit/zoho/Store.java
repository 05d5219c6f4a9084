package io.webhookmemory.testkit.zoho;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The organisation's records, existing and deleted. Thread-safe. */
final class Store {
    private final Clock clock;
    private final Map<String, Module> modules = new LinkedHashMap<>();

    Store(Clock clock) {
        this.clock = clock;
    }

    record Deleted(ObjectNode record, Instant at, boolean permanently) {}

    private static final class Module {
        private final Map<String, ObjectNode> living = new LinkedHashMap<>();
        private final Map<String, Deleted> deleted = new LinkedHashMap<>();
        private final Set<String> fields = new TreeSet<>();
    }

    /** @return the names of the fields that changed, none if the record is new; empty if nothing did */
    synchronized Optional<List<String>> put(String module, ObjectNode record) {
        String id = id(record);
        Module of = module(module);
        ObjectNode before = of.living.get(id);
        ObjectNode after = before == null ? record.deepCopy() : before.deepCopy();
        after.setAll(record);
        if (after.equals(before)) {
            return Optional.empty();
        }
        String now = Times.write(clock.instant());
        if (before == null && !after.has("Created_Time")) {
            after.put("Created_Time", now);
        }
        after.put("Modified_Time", now);
        of.deleted.remove(id);
        of.living.put(id, after);
        after.fieldNames().forEachRemaining(of.fields::add);
        List<String> changed = new ArrayList<>();
        if (before != null) {
            after.properties().stream()
                    .filter(field -> !field.getValue().equals(before.get(field.getKey())))
                    .map(Map.Entry::getKey)
                    .filter(name -> !name.equals("Modified_Time"))
                    .forEach(changed::add);
        }
        return Optional.of(changed);
    }

    /** @return false if there is no such record */
    synchronized boolean delete(String module, String id, boolean permanently) {
        ObjectNode record = module(module).living.remove(id);
        if (record == null) {
            return false;
        }
        module(module).deleted.put(id, new Deleted(record, Times.seconds(clock.instant()), permanently));
        return true;
    }

    /** @return false if no such record is in the recycle bin */
    synchronized boolean restore(String module, String id) {
        Deleted deleted = module(module).deleted.get(id);
        if (deleted == null || deleted.permanently()) {
            return false;
        }
        module(module).deleted.remove(id);
        ObjectNode record = deleted.record();
        record.put("Modified_Time", Times.write(clock.instant()));
        module(module).living.put(id, record);
        return true;
    }

    synchronized Optional<ObjectNode> record(String module, String id) {
        return Optional.ofNullable(module(module).living.get(id)).map(ObjectNode::deepCopy);
    }

    /** Existing records by time of change, then by id. */
    synchronized List<ObjectNode> records(String module, Optional<Instant> modifiedAfter) {
        return module(module).living.values().stream()
                .filter(record -> modifiedAfter.isEmpty() || modified(record).isAfter(modifiedAfter.get()))
                .sorted(Comparator.comparing(Store::modified).thenComparing(Store::id))
                .map(ObjectNode::deepCopy)
                .toList();
    }

    /** The newest first. */
    synchronized List<Deleted> deleted(String module, Optional<Instant> after) {
        return module(module).deleted.values().stream()
                .filter(row -> after.isEmpty() || row.at().isAfter(after.get()))
                .sorted(Comparator.comparing(Deleted::at).reversed())
                .toList();
    }

    synchronized List<String> fields(String module) {
        return List.copyOf(module(module).fields);
    }

    static String id(ObjectNode record) {
        return record.path("id").asText();
    }

    private static Instant modified(ObjectNode record) {
        return Times.read(record.path("Modified_Time").asText()).orElseThrow();
    }

    private Module module(String name) {
        return modules.computeIfAbsent(name, absent -> new Module());
    }
}
