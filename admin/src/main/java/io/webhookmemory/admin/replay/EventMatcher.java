package io.webhookmemory.admin.replay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.InvalidEventException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Decides by key and headers if they suffice, and parses the value only otherwise. */
final class EventMatcher {
    private static final String CE_TYPE_PREFIX = "com.zoho.crm.";
    /** The lookup fields by which a record names its account. */
    private static final List<String> LOOKUPS = List.of("Account_Name", "What_Id", "Parent_Id");

    private final Selection selection;
    private final Set<String> recordsOfAccounts;

    /** @param recordsOfAccounts the records of the selected accounts, according to the directory */
    EventMatcher(Selection selection, Set<String> recordsOfAccounts) {
        this.selection = selection;
        this.recordsOfAccounts = recordsOfAccounts;
    }

    boolean matches(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null || record.value() == null || !isInTime(record)) {
            return false;
        }
        if (selection.isWhole()) {
            return true;
        }
        String recordId = new String(record.key(), StandardCharsets.UTF_8);
        return isIn(selection.records(), recordId)
                && isOfModules(module(record))
                && isOfAccounts(recordId, () -> event(record));
    }

    /** Whether the record was written in the selected time range. */
    boolean isInTime(ConsumerRecord<?, ?> record) {
        return record.timestamp() >= selection.since().toEpochMilli()
                && (selection.until() == null
                        || record.timestamp() < selection.until().toEpochMilli());
    }

    /** Whether a parsed event is selected; ignores its time. */
    boolean matches(WebhookEvent event) {
        return isIn(selection.records(), event.recordId())
                && isOfModules(Optional.of(event.module()))
                && isOfAccounts(event.recordId(), () -> Optional.of(event));
    }

    /** The event's module, from its headers or its value. */
    static Optional<String> module(ConsumerRecord<byte[], byte[]> record) {
        Optional<String> fromHeader = Headers.get(record.headers(), Headers.CE_TYPE)
                .filter(type -> type.startsWith(CE_TYPE_PREFIX) && type.lastIndexOf('.') > CE_TYPE_PREFIX.length())
                .map(type -> type.substring(CE_TYPE_PREFIX.length(), type.lastIndexOf('.')));
        return fromHeader.or(() -> event(record).map(WebhookEvent::module));
    }

    private boolean isOfModules(Optional<String> module) {
        return selection.modules().isEmpty()
                || module.filter(name -> selection.modules().stream().anyMatch(name::equalsIgnoreCase))
                        .isPresent();
    }

    private boolean isOfAccounts(String recordId, Supplier<Optional<WebhookEvent>> event) {
        return selection.accounts().isEmpty()
                || selection.accounts().contains(recordId)
                || recordsOfAccounts.contains(recordId)
                || event.get().filter(this::namesAccount).isPresent();
    }

    private boolean namesAccount(WebhookEvent event) {
        ObjectNode data = event.recordData();
        return (event.accountId() != null && selection.accounts().contains(event.accountId()))
                || LOOKUPS.stream()
                        .map(lookup -> data.path(lookup))
                        .map(lookup -> lookup.isObject() ? lookup.path("id").asText("") : lookup.asText(""))
                        .anyMatch(selection.accounts()::contains);
    }

    private static Optional<WebhookEvent> event(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.of(EventCodec.fromBytes(record.value()));
        } catch (InvalidEventException e) {
            return Optional.empty();
        }
    }

    private static boolean isIn(List<String> wanted, String value) {
        return wanted.isEmpty() || wanted.contains(value);
    }
}
