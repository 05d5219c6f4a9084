package io.webhookmemory.sink.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** Generates the changes of one history: a few deals in three accounts, and the accounts' own where Zoho is asked. */
final class GeneratedChanges {
    private static final int RECORDS = 3;
    private static final int ACCOUNTS = 3;
    private static final int CONTENTS = 4;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final int number;
    private final History.Source source;
    private final Random random;
    private final Set<String> deletedAccounts = new HashSet<>();

    /** @param number of the history, which its record ids begin with */
    GeneratedChanges(int number, History.Source source, Random random) {
        this.number = number;
        this.source = source;
        this.random = random;
    }

    /** The changes in the order of their time. */
    List<WebhookEvent> all() {
        int length = 4 + random.nextInt(12);
        return IntStream.range(0, length).mapToObj(this::change).toList();
    }

    private WebhookEvent change(int index) {
        String account = account(random.nextInt(ACCOUNTS));
        if (source == History.Source.ZOHO && !deletedAccounts.contains(account) && random.nextInt(6) == 0) {
            boolean delete = random.nextInt(3) == 0;
            if (delete) {
                deletedAccounts.add(account);
            }
            return event(index, delete ? EventType.DELETE : EventType.UPDATE, "Accounts", account, account);
        }
        boolean delete = random.nextInt(5) == 0;
        String record = number + "" + random.nextInt(RECORDS);
        String owner = deletedAccounts.contains(account) || random.nextInt(8) == 0 ? null : account;
        return event(index, delete ? EventType.DELETE : EventType.UPDATE, "Deals", record, owner);
    }

    private WebhookEvent event(int index, EventType type, String module, String record, String account) {
        Instant at = START.plusSeconds(index);
        ObjectNode data = Json.MAPPER.createObjectNode();
        data.put(module.equals("Deals") ? "Deal_Name" : "Account_Name", "content " + random.nextInt(CONTENTS));
        return WebhookEvent.received(
                        "e" + index, type, module, record, data, List.of(), at, null, at, EventSource.SIGNED)
                .routed(data, at, account, false, null);
    }

    private String account(int index) {
        return number + "9" + index;
    }
}
