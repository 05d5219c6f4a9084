package io.webhookmemory.testkit.zoho;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The organisation's records, existing and deleted. Thread-safe. */
final class Store {
    /** After every id, which are digits. */
    private static final String LAST_ID = "~";

    private final Clock clock;
    private final Map<String, Module> modules = new LinkedHashMap<>();

    Store(Clock clock) {
        this.clock = clock;
    }

    record Deleted(ObjectNode record, Instant at, boolean permanently) {}

    private static final class Module {
        /** Never changed in place, so that a list of them needs no copies. */
        private final Map<String, ObjectNode> living = new LinkedHashMap<>();
        /** The living by time of change, then by id: what a list pages through. */
        private final NavigableMap<Position, ObjectNode> byChange = new TreeMap<>();

        private final Map<String, Deleted> deleted = new LinkedHashMap<>();
        private final Map<String, ObjectNode> converted = new LinkedHashMap<>();
        private final Set<String> fields = new TreeSet<>();

        void live(ObjectNode record) {
            removeLiving(id(record));
            living.put(id(record), record);
            byChange.put(position(record), record);
        }

        ObjectNode removeLiving(String id) {
            ObjectNode record = living.remove(id);
            if (record != null) {
                byChange.remove(position(record));
            }
            return record;
        }
    }

    private record Position(Instant modified, String id) implements Comparable<Position> {
        @Override
        public int compareTo(Position other) {
            return Comparator.comparing(Position::modified)
                    .thenComparing(Position::id)
                    .compare(this, other);
        }
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
        of.live(after);
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
        ObjectNode record = module(module).removeLiving(id);
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
        module(module).live(record);
        return true;
    }

    synchronized Optional<ObjectNode> record(String module, String id) {
        return Optional.ofNullable(module(module).living.get(id)).map(ObjectNode::deepCopy);
    }

    /** @return false where there is no such record */
    synchronized boolean convert(String module, String id) {
        ObjectNode living = module(module).removeLiving(id);
        if (living == null) {
            return false;
        }
        ObjectNode record = living.deepCopy();
        record.put("Modified_Time", Times.write(clock.instant()));
        module(module).converted.put(id, record);
        return true;
    }

    /** Living records by time of change, then by id; not to be changed. */
    synchronized List<ObjectNode> records(String module, Optional<Instant> modifiedAfter) {
        NavigableMap<Position, ObjectNode> byChange = module(module).byChange;
        return List.copyOf(modifiedAfter
                .map(time -> byChange.tailMap(new Position(time, LAST_ID), false))
                .orElse(byChange)
                .values());
    }

    /** Converted records by time of conversion, then by id; not to be changed. */
    synchronized List<ObjectNode> converted(String module, Optional<Instant> modifiedAfter) {
        return module(module).converted.values().stream()
                .filter(record ->
                        modifiedAfter.isEmpty() || position(record).modified().isAfter(modifiedAfter.get()))
                .sorted(Comparator.comparing(Store::position))
                .toList();
    }

    synchronized int count(String module) {
        return module(module).living.size();
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

    /** Whether one of the living records has rows in the field that say more than which record they refer to. */
    synchronized boolean isSubform(String module, String field) {
        return module(module).living.values().stream()
                .map(record -> record.path(field))
                .filter(JsonNode::isArray)
                .anyMatch(rows -> rows.path(0).isObject() && rows.path(0).size() > 2);
    }

    static String id(ObjectNode record) {
        return record.path("id").asText();
    }

    private static Position position(ObjectNode record) {
        Instant modified = Times.read(record.path("Modified_Time").asText()).orElseThrow();
        return new Position(modified, id(record));
    }

    private Module module(String name) {
        return modules.computeIfAbsent(name, absent -> new Module());
    }
}
