package io.webhookmemory.processor.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Generated histories of records that are linked to each other: deals and contacts of accounts, tasks of deals, contacts
 * and accounts, notes of any of these. Links are set, changed, cleared and left out by every type of event.
 */
public final class LinkHistories {
    private static final List<EventType> TYPES = List.of(
            EventType.CREATE,
            EventType.UPDATE,
            EventType.UPDATE,
            EventType.UPDATE,
            EventType.DELETE,
            EventType.RESTORE);

    private final Random random;
    private final String prefix;
    private final Instant start;

    /** @param prefix of all record ids, so that histories do not meet */
    public LinkHistories(Random random, String prefix, Instant start) {
        this.random = random;
        this.prefix = prefix;
        this.start = start;
    }

    /** Events of some ten records, a second apart, in the order of their times. */
    public List<WebhookEvent> history(int length) {
        List<WebhookEvent> history = new ArrayList<>();
        for (int second = 1; second <= length; second++) {
            String module = pick(List.of("Deals", "Contacts", "Tasks", "Tasks", "Notes"));
            EventType type = pick(TYPES);
            String id = id(module);
            ObjectNode data = Json.MAPPER.createObjectNode();
            boolean bare = type == EventType.DELETE || (type == EventType.RESTORE && random.nextBoolean());
            if (!bare) {
                data.put("Text", random.nextInt(100));
                putLinks(module, data);
            }
            history.add(WebhookEvent.received(
                    prefix + "e" + second,
                    type,
                    module,
                    id,
                    data,
                    List.of(),
                    start.plusSeconds(second),
                    null,
                    start,
                    EventSource.SIGNED));
        }
        return history;
    }

    private void putLinks(String module, ObjectNode data) {
        switch (module) {
            case "Deals", "Contacts" -> putLink(data, "Account_Name", account());
            case "Tasks" -> {
                String parent = pick(List.of("Accounts", "Deals", "Deals", "Contacts"));
                if (putLink(data, "What_Id", parent.equals("Accounts") ? account() : id(parent))) {
                    data.put("$se_module", parent);
                }
                putLink(data, "Who_Id", id("Contacts"));
            }
            default -> {
                String parent = pick(List.of("Accounts", "Deals", "Contacts", "Tasks"));
                if (putLink(data, "Parent_Id", parent.equals("Accounts") ? account() : id(parent))) {
                    ((ObjectNode) data.path("Parent_Id")).putObject("module").put("api_name", parent);
                }
            }
        }
    }

    /** A record with one link. */
    public static ObjectNode link(String field, String id) {
        ObjectNode record = Json.MAPPER.createObjectNode();
        record.putObject(field).put("id", id).put("name", "N");
        return record;
    }

    /** @return whether the link was set, and not cleared or left out */
    private boolean putLink(ObjectNode data, String field, String id) {
        switch (random.nextInt(6)) {
            case 0 -> data.putNull(field);
            case 1 -> data.put(field, "");
            case 2 -> {}
            default -> {
                data.setAll(link(field, id));
                return true;
            }
        }
        return false;
    }

    private String account() {
        return "account-" + random.nextInt(3);
    }

    private String id(String module) {
        return prefix + module + "-" + random.nextInt(module.equals("Contacts") ? 2 : 3);
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** Plays all events in the order of their times, and says what each record is then. */
    public static final class Model {
        private final Map<String, Map<String, JsonNode>> fields = new HashMap<>();
        private final Map<String, WebhookEvent> last = new TreeMap<>();

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
            last.put(event.recordId(), event);
            Map<String, JsonNode> record = fields.computeIfAbsent(event.recordId(), id -> new HashMap<>());
            boolean whole = event.eventType() == EventType.CREATE
                    || (event.eventType() == EventType.RESTORE
                            && event.recordData().size() > 1);
            if (whole) {
                record.clear();
            }
            event.recordData().properties().forEach(field -> record.put(field.getKey(), field.getValue()));
        }

        /** By record id, the account of each record that lives; "none" for one without. */
        public Map<String, String> accounts() {
            Map<String, String> accounts = new TreeMap<>();
            last.forEach((id, event) -> {
                if (event.eventType() != EventType.DELETE) {
                    String account = account(id);
                    accounts.put(id, account == null ? "none" : account);
                }
            });
            return accounts;
        }

        private String account(String id) {
            if (id.startsWith("account-")) {
                return id;
            }
            Map<String, JsonNode> record = fields.getOrDefault(id, Map.of());
            for (String field : List.of("Account_Name", "What_Id", "Parent_Id", "Who_Id")) {
                JsonNode link = record.get(field);
                String account = link != null && link.isObject()
                        ? account(link.path("id").asText())
                        : null;
                if (account != null) {
                    return account;
                }
            }
            return null;
        }
    }
}
