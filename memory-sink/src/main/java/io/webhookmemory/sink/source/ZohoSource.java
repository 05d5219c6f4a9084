package io.webhookmemory.sink.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.sink.failure.Failure;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.zoho.api.Lookup;
import io.webhookmemory.zoho.api.RecordTimes;
import io.webhookmemory.zoho.api.ZohoClient;
import io.webhookmemory.zoho.api.ZohoException;
import io.webhookmemory.zoho.api.ZohoFailure;
import io.webhookmemory.zoho.crm.AccountLinks;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Reads records from Zoho: a notification contains little, and memory should show the newest state. Thread-safe. */
public final class ZohoSource implements RecordSource {
    /** For differences between Zoho's clock and the local one, and the time between a change and its notification. */
    private static final Duration SLACK = Duration.ofHours(1);

    private final BatchedReader records;
    private final Deletions deletions;
    private final RecordTimes times;
    private final AccountLinks links;
    private final Set<String> modules;

    /**
     * @param links how records name their account
     * @param modules that the pipeline accepts: only these have topics
     */
    public ZohoSource(ZohoClient zoho, AccountLinks links, Set<String> modules) {
        this.links = links;
        this.modules = Set.copyOf(modules);
        this.times = zoho.times();
        this.records = new BatchedReader(zoho.records()::readAll);
        this.deletions = new Deletions(zoho.changes()::deletedSince);
    }

    /** A deletion needs no reading; a verify event concerns memory alone. */
    private static boolean isAsked(WebhookEvent event) {
        return event.eventType() != EventType.DELETE && event.eventType() != EventType.VERIFY;
    }

    @Override
    public void announce(WebhookEvent event) {
        if (isAsked(event)) {
            records.announce(event.module(), event.recordId());
        }
    }

    @Override
    public void forget(WebhookEvent event) {
        if (isAsked(event)) {
            records.forget(event.module(), event.recordId());
        }
    }

    @Override
    public boolean isRefreshing() {
        return true;
    }

    @Override
    public Optional<WebhookEvent> newest(WebhookEvent event) {
        if (!isAsked(event)) {
            return Optional.of(event);
        }
        return calling(() -> {
            Lookup lookup = records.read(event.module(), event.recordId());
            if (lookup instanceof Lookup.Found found) {
                return Optional.of(found(event, found));
            }
            if (lookup instanceof Lookup.Refused refused) {
                throw new SourceException(
                        failure(refused.why()),
                        "Zoho refuses the record: " + refused.why().code(),
                        null);
            }
            return missing(event);
        });
    }

    /**
     * A record that a sender counts among Activities becomes a task, meeting or call, as channels and the sweep report
     * it: otherwise its document would change with each sender.
     */
    private WebhookEvent found(WebhookEvent event, Lookup.Found found) {
        ObjectNode record = found.record();
        WebhookEvent read = event.as(event.eventType(), record.deepCopy(), asOf(event, record), account(event, found));
        return modules.contains(found.module()) ? read.inModule(found.module()) : read;
    }

    /**
     * A task may be linked to a deal, a note to a contact: then their account is its account. An earlier account only
     * counts if Zoho does not say what the record is linked to: a record whose link was cleared belongs to no account.
     *
     * @return null if the record belongs to none
     */
    private String account(WebhookEvent event, Lookup.Found read) {
        ObjectNode record = read.record();
        String named = account(read.module(), event.recordId(), record);
        if (named != null) {
            return named;
        }
        boolean isSaid = links.saysLinks(read.module(), record);
        for (AccountLinks.Relative relative : links.relatives(record)) {
            String module = relative.module();
            if (!module.isEmpty() && records.read(module, relative.recordId()) instanceof Lookup.Found found) {
                String account = account(module, relative.recordId(), found.record());
                if (account != null) {
                    return account;
                }
            } else {
                isSaid = false;
            }
        }
        return isSaid ? null : event.accountId();
    }

    private String account(String module, String recordId, ObjectNode record) {
        return links.named(module, recordId, record).orElse(null);
    }

    /** The state is the newest, however old the event; but a restore does not count as a modification in Zoho. */
    private Instant asOf(WebhookEvent event, JsonNode record) {
        return times.read(record, "Modified_Time")
                .filter(modified -> modified.isAfter(event.timestamp()))
                .orElse(event.timestamp());
    }

    /** A record that cannot be read may be deleted without a notification, or before it. */
    private Optional<WebhookEvent> missing(WebhookEvent event) {
        Optional<Instant> deletedAt = deletions.of(
                event.module(),
                event.recordId(),
                event.timestamp(),
                event.timestamp().minus(SLACK));
        if (deletedAt.isPresent()) {
            Instant asOf = deletedAt.get().isAfter(event.timestamp()) ? deletedAt.get() : event.timestamp();
            return Optional.of(event.as(EventType.DELETE, event.recordData(), asOf, event.accountId()));
        }
        boolean saysSomething = event.recordData().properties().stream()
                .anyMatch(field -> !field.getKey().equals("id"));
        return saysSomething && event.eventType() != EventType.REFRESH ? Optional.of(event) : Optional.empty();
    }

    private static <T> T calling(Supplier<T> call) {
        try {
            return call.get();
        } catch (ZohoException e) {
            throw new SourceException(failure(e.failure()), e.getMessage(), e);
        }
    }

    private static Failure failure(ZohoFailure failure) {
        if (failure instanceof ZohoFailure.Outage) {
            return new Failure.Outage(failure.reason());
        }
        if (failure instanceof ZohoFailure.Transient passing) {
            return new Failure.Transient(passing.reason(), passing.retryAfter());
        }
        return new Failure.Permanent(failure.reason());
    }
}
