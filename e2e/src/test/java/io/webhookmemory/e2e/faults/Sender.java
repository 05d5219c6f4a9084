package io.webhookmemory.e2e.faults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.e2e.faults.Webhook.Change;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Changes records of its own, one webhook after the other, and repeats each until it is accepted, as Zoho CRM would. Now and
 * then it repeats an accepted one, sends one that memory refuses, or one that the ingress must refuse.
 */
final class Sender {
    static final String REFUSED_BY_COGNEE = "refused by Cognee";

    private static final String WITHOUT_RECORD_ID = "{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[{}]}";

    private static final int RECORDS = 30;
    private static final int MOST_RECORDS_IN_ONE = 4;
    private static final int ACCOUNTS = 8;
    private static final Duration BETWEEN = Duration.ofMillis(100);
    private static final Duration BEFORE_REPEAT = Duration.ofMillis(200);
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final int number;
    private final IngressClient ingress;
    private final Ledger ledger;
    private final SenderClock clock;
    private final Random random;
    private final List<CrmRecord> records = new ArrayList<>();
    private Optional<Webhook> accepted = Optional.empty();
    private int webhooks;
    private int texts;

    /** @param number from 0; part of every id, so that no two senders share one */
    Sender(int number, IngressClient ingress, Ledger ledger, SenderClock clock, long seed) {
        this.number = number;
        this.ingress = ingress;
        this.ledger = ledger;
        this.clock = clock;
        random = new Random(seed * 31 + number);
        List<String> modules = CrmRecord.modules().stream().sorted().toList();
        for (int i = 0; i < RECORDS; i++) {
            records.add(new CrmRecord(modules.get(i % modules.size()), newId(i), anyAccount()));
        }
    }

    private String newId(int i) {
        return "57257670%03d%06d".formatted(number, i);
    }

    private String anyAccount() {
        return "57257679990%04d".formatted(random.nextInt(ACCOUNTS));
    }

    /** Returns once the last webhook is accepted. */
    void sendUntil(BooleanSupplier enough) {
        while (!enough.getAsBoolean()) {
            switch (random.nextInt(40)) {
                case 0 -> deliver(refusedByMemory());
                case 1 -> requireStatus(401, ingress.post(nextId(), "{}", "sha256=" + "0".repeat(64)));
                case 2 -> requireStatus(422, ingress.post(nextId(), WITHOUT_RECORD_ID));
                case 3, 4, 5 -> accepted.ifPresent(this::repeat);
                default -> deliver(change());
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
    }

    private void deliver(Webhook webhook) {
        if (post(webhook, false)) {
            ledger.accepted(webhook);
            accepted = Optional.of(webhook);
        }
    }

    /** Must have no effect. */
    private void repeat(Webhook webhook) {
        ledger.repeated();
        post(webhook, true);
    }

    /** @return whether it was accepted in the end */
    private boolean post(Webhook webhook, boolean knownToIngress) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        boolean maybeKnown = knownToIngress;
        while (System.nanoTime() < deadline) {
            Optional<HttpResponse<String>> response = ingress.post(webhook.id(), webhook.body());
            int status = response.map(HttpResponse::statusCode).orElse(503);
            if (status == 200) {
                if (!maybeKnown && response.orElseThrow().body().contains("\"duplicate\"")) {
                    ledger.violated("the new webhook " + webhook.id() + " was called a duplicate");
                }
                return true;
            }
            if (status != 503) {
                ledger.violated("webhook " + webhook.id() + " got " + status);
                return false;
            }
            maybeKnown = true;
            ledger.repeated();
            LockSupport.parkNanos(BEFORE_REPEAT.toNanos());
        }
        ledger.violated("webhook " + webhook.id() + " was not accepted within " + LIMIT);
        return false;
    }

    private void requireStatus(int status, Optional<HttpResponse<String>> response) {
        response.map(HttpResponse::statusCode)
                .filter(actual -> actual != status && actual != 503)
                .ifPresent(actual -> ledger.violated("a webhook got " + actual + ", not " + status));
    }

    private String nextId() {
        return "s" + number + "-" + webhooks++;
    }

    private Webhook change() {
        CrmRecord first = records.get(random.nextInt(RECORDS));
        String operation = operationFor(first);
        List<CrmRecord> several = new ArrayList<>(records.stream()
                .filter(record -> record.module().equals(first.module()) && record.isPresent() == first.isPresent())
                .toList());
        Collections.shuffle(several, random);
        List<CrmRecord> chosen = several.subList(0, Math.min(several.size(), 1 + random.nextInt(MOST_RECORDS_IN_ONE)));
        return webhook(
                operation,
                chosen,
                chosen.stream().map(record -> apply(operation, record)).toList(),
                false);
    }

    // An account's deletion would take its dataset with it, and the documents of other senders' records.
    private String operationFor(CrmRecord record) {
        if (!record.isPresent()) {
            return random.nextBoolean() ? "create" : "restore";
        }
        return !record.isAccount() && random.nextInt(8) == 0 ? "delete" : "update";
    }

    /** @return the record's data in the webhook */
    private ObjectNode apply(String operation, CrmRecord record) {
        switch (operation) {
            case "delete" -> {
                record.setPresent(false);
                return record.identified();
            }
            case "update" -> {
                return update(record);
            }
            default -> {
                record.setPresent(true);
                CrmRecord.FIELDS.forEach(field -> record.set(field, newText()));
                return record.data();
            }
        }
    }

    /** One field, which is sometimes cleared, and sometimes the account. */
    private ObjectNode update(CrmRecord record) {
        ObjectNode data = record.identified();
        List<String> fields = CrmRecord.FIELDS.stream().sorted().toList();
        String field = fields.get(random.nextInt(fields.size()));
        String text = random.nextInt(6) == 0 ? null : newText();
        record.set(field, text);
        data.put(field, text);
        if (!record.isAccount() && random.nextInt(6) == 0) {
            record.moveTo(anyAccount());
            record.link(data);
        }
        return data;
    }

    private String newText() {
        return "text" + number + "x" + texts++;
    }

    private Webhook refusedByMemory() {
        CrmRecord record = new CrmRecord("Deals", newId(RECORDS + webhooks), anyAccount());
        ObjectNode data = record.data().put("Field_A", REFUSED_BY_COGNEE);
        return webhook("create", List.of(record), List.of(data), true);
    }

    private Webhook webhook(String operation, List<CrmRecord> changed, List<ObjectNode> data, boolean refused) {
        String id = nextId();
        ObjectNode body = CrmRecord.JSON
                .createObjectNode()
                .put("operation", operation)
                .put("module", changed.get(0).module());
        body.putArray("data").addAll(data);
        String time = clock.now().toString();
        data.forEach(record -> record.put("Modified_Time", time));
        List<Change> changes = changed.stream()
                .map(record -> new Change(
                        changed.size() == 1 ? id : id + ":" + record.id(),
                        record.id(),
                        record.documentName(),
                        record.document(),
                        refused))
                .toList();
        return new Webhook(id, body.toString(), changes);
    }
}
