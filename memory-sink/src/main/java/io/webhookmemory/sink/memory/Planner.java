package io.webhookmemory.sink.memory;

import io.webhookmemory.cognee.Datasets;
import io.webhookmemory.cognee.DocumentMetadata;
import io.webhookmemory.cognee.NewDocument;
import io.webhookmemory.sink.document.DocumentWriter;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides from an event and the directory alone what to do. Pure; thread-safe. */
final class Planner {
    private static final String ACCOUNTS = "Accounts";

    private final Datasets datasets;
    private final DirectoryRecords records;

    Planner(Datasets datasets, DirectoryRecords records) {
        this.datasets = datasets;
        this.records = records;
    }

    /** The datasets that the event may change. */
    Set<String> affected(WebhookEvent event, Known known) {
        Set<String> affected = new LinkedHashSet<>();
        if (event.eventType() == EventType.VERIFY) {
            affected.addAll(Verifications.named(event));
        } else {
            affected.add(datasets.of(event.accountId()));
        }
        if (isAccountDeletion(event)) {
            affected.add(datasets.of(event.recordId()));
        }
        affected.addAll(known.datasets());
        return affected;
    }

    /** @param replayedSince since then memory may differ from the directory (a replay, an erasure); nullable */
    Change plan(WebhookEvent event, Known known, Instant replayedSince) {
        if (event.eventType() == EventType.VERIFY) {
            return new Change.Verify(event, known, Verifications.named(event), Verifications.deletesDatasets(event));
        }
        if (known.asOf().isAfter(event.timestamp())) {
            return new Change.Nothing(event, Outcome.Done.STALE, Optional.empty());
        }
        if (isAccountDeletion(event)) {
            return removeAccount(event, known);
        }
        return event.eventType() == EventType.DELETE
                ? remove(event, known, replayedSince)
                : write(event, known, replayedSince);
    }

    private static boolean isAccountDeletion(WebhookEvent event) {
        return event.eventType() == EventType.DELETE && event.module().equals(ACCOUNTS);
    }

    private Change write(WebhookEvent event, Known known, Instant replayedSince) {
        String dataset = datasets.of(event.accountId());
        NewDocument document = DocumentWriter.write(event, event.timestamp());
        String digest = document.metadata().contentSha256();
        List<String> pending = with(known, dataset);
        Change.Intended intent =
                new Change.Intended(known.changing(pending), records.intent(event, known, dataset, pending, digest));
        Change.Write write = new Change.Write(event, known, dataset, document, replayedSince, Optional.of(intent));
        boolean isExact = !known.isUnsettled() && !write.isSearching();
        return isExact && write.isThere() ? unchanged(event, known.place(), document.metadata()) : write;
    }

    /** Also writes the entry if only the time is new: an event from between the two states must not win later. */
    private Change unchanged(WebhookEvent event, Place place, DocumentMetadata metadata) {
        boolean isNoted = !place.eventTime().isBefore(event.timestamp());
        Place now = new Place(
                event.module(),
                event.accountId(),
                place.dataset(),
                place.dataId(),
                metadata.contentSha256(),
                event.timestamp());
        return new Change.Nothing(
                event,
                Outcome.Done.UNCHANGED,
                isNoted
                        ? Optional.empty()
                        : Optional.of(new Change.Intended(Known.at(now), records.entry(event, now))));
    }

    private Change remove(WebhookEvent event, Known known, Instant replayedSince) {
        boolean isNowhere = known.place() == null && !known.isUnsettled();
        if (isNowhere && replayedSince == null) {
            boolean isNoted = known.asOf().equals(event.timestamp());
            return new Change.Nothing(
                    event, Outcome.Done.ABSENT, isNoted ? Optional.empty() : Optional.of(deleted(event)));
        }
        String dataset = datasets.of(event.accountId());
        Set<String> searched = new LinkedHashSet<>();
        if (replayedSince != null) {
            searched.add(dataset);
            known.document().map(Place::dataset).ifPresent(searched::add);
        }
        List<String> pending = known.isUnsettled() ? known.pending() : List.of();
        Change.Intended intent =
                new Change.Intended(known.changing(pending), records.intent(event, known, dataset, pending, null));
        return new Change.Remove(event, known, Set.copyOf(searched), replayedSince, Optional.of(intent));
    }

    private Change removeAccount(WebhookEvent event, Known known) {
        String dataset = datasets.of(event.recordId());
        List<String> pending = with(known, dataset);
        Change.Intended intent =
                new Change.Intended(known.changing(pending), records.intent(event, known, dataset, pending, null));
        return new Change.RemoveAccount(event, known, dataset, Optional.of(intent));
    }

    /** What the directory says after the event's record is deleted. */
    Change.Intended deleted(WebhookEvent event) {
        return new Change.Intended(
                Known.deleted(event.timestamp()), records.tombstone(event.recordId(), event.timestamp()));
    }

    private static List<String> with(Known known, String dataset) {
        Set<String> pending = new LinkedHashSet<>();
        pending.add(dataset);
        if (known.isUnsettled()) {
            pending.addAll(known.pending());
        }
        return List.copyOf(pending);
    }
}
