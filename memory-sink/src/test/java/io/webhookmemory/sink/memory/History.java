package io.webhookmemory.sink.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.webhookmemory.cognee.Datasets;
import io.webhookmemory.cognee.Memory;
import io.webhookmemory.sink.consume.Lease;
import io.webhookmemory.sink.consume.LeaseLostException;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.InvalidEventException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * One generated history of a few records in three accounts: they change, move, are deleted and come back, and where Zoho is
 * asked accounts change and are deleted too. How its events come to the sink, and what it ends in.
 */
final class History implements FaultyProcess.Topic {

    /** Where the sink has a record's state from. */
    enum Source {
        /** Every event holds its whole record. */
        EVENTS,
        /** Events say that something changed; what, and in which account, is asked when the event's turn comes. */
        ZOHO
    }

    private static final int LARGEST_GROUP = 3;
    private static final int DEEPEST_FREEZE = 3;

    private final int number;
    private final Random random;
    private final Source source;
    private final Memory memory;
    private final Faults faults;
    private final Zoho zoho;
    private final List<WebhookEvent> changes;
    private final List<ProducerRecord<String, byte[]>> directory = new ArrayList<>();
    /** Of the module topic: the changes, and what the sink itself writes. */
    private final List<WebhookEvent> log;

    private final List<WebhookEvent> retries = new ArrayList<>();
    private final MissingRequests missing = new MissingRequests();
    private int position;
    private int processes;
    private int depth;
    private FaultyProcess current;
    private List<Item> inFlight = List.of();

    /** An event that is being applied, and where it came from. */
    private record Item(WebhookEvent event, boolean isRetry) {}

    History(int number, Source source, Memory memory, boolean isTraced) {
        this.number = number;
        this.source = source;
        this.random = new Random(number);
        this.memory = memory;
        this.faults = new Faults(random, isTraced);
        this.changes = new GeneratedChanges(number, source, random).all();
        this.log = new ArrayList<>(changes);
        this.zoho = new Zoho(changes);
        current = start();
    }

    /** A process begins by reading the directory back. */
    private FaultyProcess start() {
        Set<String> refreshed = source == Source.ZOHO ? Set.of("Deals", "Accounts") : Set.of();
        Datasets datasets = new Datasets("h" + number + "_{account_id}", "h" + number + "_none");
        return new FaultyProcess(++processes, this, memory, faults, missing, datasets, refreshed);
    }

    /** Has the sink take all events, in the order of their partition but for those that are tried again. */
    void play() {
        while (hasEvents()) {
            step();
        }
        faults.landAll();
    }

    private boolean hasEvents() {
        return position < log.size() || !retries.isEmpty();
    }

    @Override
    public void takeOver(FaultyProcess frozen) {
        readAgain(inFlight);
        current = start();
        List<Item> ofFrozen = inFlight;
        depth++;
        int steps = random.nextInt(8);
        for (int i = 0; i < steps && hasEvents() && depth <= DEEPEST_FREEZE; i++) {
            step();
        }
        depth--;
        inFlight = ofFrozen;
    }

    private void step() {
        FaultyProcess process = current;
        List<Item> items = next();
        inFlight = items;
        zoho.happenUntil(position + random.nextInt(3));
        faults.trace(() -> process + " takes " + items);
        try {
            apply(process, items);
        } catch (FaultyProcess.Killed e) {
            if (!process.isReplaced()) {
                readAgain(items);
                current = start();
            }
        }
        inFlight = List.of();
    }

    /** Some events of different records. */
    private List<Item> next() {
        if (position == log.size() || (!retries.isEmpty() && random.nextInt(3) == 0)) {
            return List.of(new Item(retries.remove(random.nextInt(retries.size())), true));
        }
        List<Item> items = new ArrayList<>();
        Set<String> records = new HashSet<>();
        int most = 1 + random.nextInt(LARGEST_GROUP);
        while (items.size() < most
                && position < log.size()
                && records.add(log.get(position).recordId())) {
            items.add(new Item(log.get(position++), false));
        }
        return items;
    }

    /** Another process reads what was not committed: these events, and some that were done already. */
    private void readAgain(List<Item> items) {
        items.stream().filter(Item::isRetry).forEach(item -> retries.add(item.event()));
        items.stream()
                .filter(item -> !item.isRetry())
                .mapToInt(item -> log.lastIndexOf(item.event()))
                .min()
                .ifPresent(first -> position = Math.max(0, Math.min(position, first) - random.nextInt(3)));
    }

    /** As the pipeline does. */
    private void apply(FaultyProcess process, List<Item> items) {
        List<Item> applied = new ArrayList<>();
        List<Change> planned = new ArrayList<>();
        for (Item item : items) {
            Optional<WebhookEvent> newest = newest(item.event());
            newest.ifPresent(event -> {
                boolean isReplayed = random.nextInt(10) == 0;
                applied.add(item);
                planned.add(process.sync().plan(event, isReplayed ? Optional.of(Instant.now()) : Optional.empty()));
            });
        }
        try {
            process.write(planned.stream()
                    .flatMap(change -> change.intents().stream())
                    .toList());
        } catch (LeaseLostException e) {
            return;
        }
        List<Lease> leases = Collections.nCopies(planned.size(), process);
        List<RecordSync.Result> results = process.sync().carryOut(planned, leases);
        faults.trace(() -> process + " gets "
                + results.stream().map(RecordSync.Result::outcome).toList());
        settle(process, applied, planned, results);
    }

    private void settle(
            FaultyProcess process, List<Item> items, List<Change> planned, List<RecordSync.Result> results) {
        List<ProducerRecord<String, byte[]>> followUps = new ArrayList<>();
        List<ProducerRecord<String, byte[]>> verifications = new ArrayList<>();
        List<WebhookEvent> failed = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            RecordSync.Result result = results.get(i);
            if (result.outcome() instanceof Outcome.Abandoned) {
                verifications.addAll(result.followUps());
                continue;
            }
            followUps.addAll(result.followUps());
            if (result.outcome() instanceof Outcome.Failed) {
                failed.add(items.get(i).event());
            }
        }
        try {
            process.write(followUps);
            retries.addAll(failed);
        } catch (LeaseLostException e) {
            planned.forEach(change -> process.sync().verification(change).ifPresent(verifications::add));
        } finally {
            write(verifications);
        }
    }

    private Optional<WebhookEvent> newest(WebhookEvent event) {
        if (source == Source.ZOHO) {
            return zoho.newest(event);
        }
        return event.eventType() == EventType.REFRESH ? Optional.empty() : Optional.of(event);
    }

    @Override
    public List<ProducerRecord<String, byte[]>> directory() {
        return directory;
    }

    @Override
    public void write(List<ProducerRecord<String, byte[]>> records) {
        for (ProducerRecord<String, byte[]> record : records) {
            faults.trace(() -> "written to " + record.topic() + ": " + record.key()
                    + (record.value() == null ? " deleted" : " " + new String(record.value(), UTF_8)));
            if (record.topic().equals(Topics.DIRECTORY)) {
                directory.add(record);
            } else if (record.topic().equals(Topics.COGNIFY)) {
                missing.graphRequested(record.key());
            } else {
                publish(record);
            }
        }
    }

    private void publish(ProducerRecord<String, byte[]> record) {
        WebhookEvent event;
        try {
            event = EventCodec.fromBytes(record.value());
        } catch (InvalidEventException e) {
            throw new AssertionError(e);
        }
        if (event.module().equals("Accounts") && event.eventType() == EventType.REFRESH) {
            missing.refreshRequested(event.recordId());
        }
        boolean isKept = event.eventType() == EventType.VERIFY || zoho.now().containsKey(event.recordId());
        if (isKept) {
            int behind = Math.min(log.size(), position + random.nextInt(4));
            log.add(behind, event);
        }
    }

    /** Record → dataset and content of the one document that memory must hold. */
    Map<String, String> expected() {
        zoho.happenUntil(changes.size());
        Map<String, String> expected = new TreeMap<>();
        zoho.now().forEach((record, state) -> {
            if (!state.isDeleted()) {
                String dataset = "h" + number + "_" + (state.account() == null ? "none" : state.account());
                String content = state.last().recordData().elements().next().asText();
                expected.put(state.last().module() + "_" + record, dataset + ": " + content);
            }
        });
        return expected;
    }

    /** Datasets that hold a document and were not marked dirty after they got it. */
    Collection<String> datasetsWithUnbuiltDocuments() {
        return missing.ofGraphs();
    }

    /** Datasets that hold a deal whose account was not read again after it was added. */
    Collection<String> datasetsOfUnrefreshedAccounts() {
        return source == Source.EVENTS ? List.of() : missing.ofRefreshes();
    }

    boolean owns(String dataset) {
        return dataset.startsWith("h" + number + "_");
    }

    @Override
    public String toString() {
        String events = changes.stream()
                .map(event ->
                        event.eventId() + ": " + event + " in " + event.accountId() + " " + event.recordData() + "\n")
                .collect(Collectors.joining());
        return "history " + number + " of " + source + ":\n" + events + String.join("\n", faults.trace());
    }
}
