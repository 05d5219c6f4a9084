package io.webhookmemory.sink.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.service.json.Json;
import io.webhookmemory.sink.cognee.Memory;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One generated history of three records in three accounts, how it comes to the sink, and what it ends in. */
final class History {

    /** Where the sink has a record's state from. */
    enum Source {
        /** Every event holds its whole record. */
        EVENTS,
        /** Events say that something changed; what, and in which account, is asked when the event's turn comes. */
        ZOHO
    }

    private static final int RECORDS = 3;
    private static final int ACCOUNTS = 3;
    private static final int CONTENTS = 4;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final int number;
    private final Random random;
    private final Source source;
    private final FaultyProcess process;
    private final List<WebhookEvent> log = new ArrayList<>();
    private final List<WebhookEvent> retries = new ArrayList<>();
    private final Map<String, String> expected = new TreeMap<>();
    private int position;
    /** How many of the changes have come to pass where the records are kept; their events come after. */
    private int happened;

    private RecordSync sync;

    History(int number, Source source, Memory memory, Random random) {
        this.number = number;
        this.source = source;
        this.random = random;
        this.process = new FaultyProcess(memory, random);
        int length = 4 + random.nextInt(12);
        for (int i = 0; i < length; i++) {
            log.add(change(i));
        }
        sync = start();
    }

    private WebhookEvent change(int index) {
        String record = number + "" + random.nextInt(RECORDS);
        String account = String.valueOf(random.nextInt(ACCOUNTS));
        boolean delete = random.nextInt(5) == 0;
        String content = "content " + random.nextInt(CONTENTS);
        if (delete) {
            expected.remove("Deals_" + record);
        } else {
            expected.put("Deals_" + record, dataset(account) + ": " + content);
        }
        Instant at = START.plusSeconds(index);
        ObjectNode data = Json.MAPPER.createObjectNode().put("Deal_Name", content);
        EventType type = delete ? EventType.DELETE : EventType.UPDATE;
        return WebhookEvent.received(
                        "e" + index, type, "Deals", record, data, List.of(), at, null, at, EventSource.SIGNED)
                .routed(data, at, account, false, null);
    }

    /** Has the sink take all events, in the order of their partition but for those that are tried again. */
    void play() {
        while (position < log.size() || !retries.isEmpty()) {
            boolean retry = position == log.size() || (!retries.isEmpty() && random.nextInt(3) == 0);
            WebhookEvent event = retry ? retries.remove(random.nextInt(retries.size())) : log.get(position++);
            happened = Math.min(log.size(), Math.max(happened, position) + random.nextInt(3));
            process.trace().add((retry ? "RETRY " : "EVENT ") + event.eventId());
            try {
                RecordSync.Applied applied = sync.apply(newest(routed(event)), Instant.MIN, process::keepsItsPartition);
                applied.notes().run();
                if (applied.outcome() instanceof Outcome.Failed) {
                    retries.add(event);
                } else if (applied.outcome() instanceof Outcome.Abandoned) {
                    readAgain(event, retry);
                }
            } catch (FaultyProcess.Killed e) {
                readAgain(event, retry);
            }
            if (!process.isFaulty() || process.faults() > 30) {
                process.behave();
            }
        }
        process.landAll();
    }

    /** Another process reads what was not committed: this event, and some that were done already. */
    private void readAgain(WebhookEvent event, boolean retry) {
        if (retry) {
            retries.add(event);
        } else {
            position -= 1 + random.nextInt(Math.min(3, position));
        }
        sync = start();
    }

    /** A process begins by reading the directory back. */
    private RecordSync start() {
        RecordLedger ledger = new RecordLedger();
        process.directory().forEach(entry -> {
            if (entry.value() == null) {
                ledger.deleted(entry.recordId(), entry.at());
            } else {
                ledger.read(entry.recordId(), entry.value());
            }
        });
        return new RecordSync(
                process.memory(),
                process.journal(),
                new Datasets("h" + number + "_{account_id}", dataset("none")),
                ledger,
                source == Source.ZOHO,
                Clock.systemUTC());
    }

    /** The stream-processor adds what the directory says as it passes, which may be a while ago. */
    private WebhookEvent routed(WebhookEvent event) {
        DirectoryEntry known = random.nextBoolean() ? process.known(event.recordId()) : null;
        if (source == Source.EVENTS) {
            return event.routed(event.recordData(), event.timestamp(), event.accountId(), false, known);
        }
        String account = known == null ? null : known.accountId();
        return event.routed(Json.MAPPER.createObjectNode(), event.timestamp(), account, false, known);
    }

    /** With what Zoho says of the record at this moment; a deletion is believed as it is. */
    private WebhookEvent newest(WebhookEvent event) {
        if (source == Source.EVENTS || event.eventType() == EventType.DELETE) {
            return event;
        }
        WebhookEvent last = log.subList(0, happened).stream()
                .filter(change -> change.recordId().equals(event.recordId()))
                .reduce((first, second) -> second)
                .orElseThrow();
        Instant asOf = last.timestamp().isAfter(event.timestamp()) ? last.timestamp() : event.timestamp();
        return last.eventType() == EventType.DELETE
                ? event.as(EventType.DELETE, event.recordData(), asOf, event.accountId())
                : event.as(event.eventType(), last.recordData(), asOf, last.accountId());
    }

    /** Record → dataset and content of the one document that memory must hold. */
    Map<String, String> expected() {
        return expected;
    }

    Collection<String> datasetsWithUnbuiltDocuments() {
        return process.datasetsWithUnbuiltDocuments();
    }

    Collection<String> datasetsOfUnrefreshedAccounts() {
        return process.datasetsOfUnrefreshedAccounts();
    }

    boolean owns(String dataset) {
        return dataset.startsWith("h" + number + "_");
    }

    private String dataset(String account) {
        return "h" + number + "_" + account;
    }

    @Override
    public String toString() {
        String events = log.stream()
                .map(event -> event.eventId() + ": " + event.eventType() + " " + event.recordId() + " in "
                        + event.accountId() + " " + event.recordData() + "\n")
                .collect(Collectors.joining());
        return "history " + number + ":\n" + events + String.join("\n", process.trace());
    }
}
