package io.webhookmemory.admin.audit;

import io.webhookmemory.admin.audit.AuditReport.Drifted;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The events that make the pipeline repair what an audit found. A {@code refresh} event writes the record's document
 * anew; with a replay id, so that the memory-sink does not trust its directory. A {@code verify} event deletes what
 * the directory does not name. A {@code delete} event deletes a record that Zoho no longer has. Pure.
 *
 * @param run the replay id of the events
 * @param events in the order in which they must be written
 * @param records how many records they repair
 * @param left records that differ, and are above the maximum
 * @param notRepairable records of which no side that was read knows whether they exist: the operator decides
 */
public record RepairPlan(String run, List<WebhookEvent> events, int records, int left, List<String> notRepairable) {

    /**
     * Plans the repair.
     *
     * @param max most records to repair
     * @param now not before the audit began
     */
    public static RepairPlan of(AuditReport report, int max, Instant now) {
        String run = "audit-" + now;
        List<WebhookEvent> events = new ArrayList<>();
        List<String> notRepairable = new ArrayList<>();
        int records = 0;
        int left = 0;
        for (Drifted record : report.drifted()) {
            List<WebhookEvent> repair = new Repair(record, run, now).events();
            if (repair.isEmpty()) {
                notRepairable.add(record.view().module() + " " + record.recordId());
            } else if (records == max) {
                left++;
            } else {
                records++;
                events.addAll(repair);
            }
        }
        return new RepairPlan(run, List.copyOf(events), records, left, List.copyOf(notRepairable));
    }

    /** The repair of one record. */
    private record Repair(Drifted record, String run, Instant now) {

        List<WebhookEvent> events() {
            List<WebhookEvent> events = new ArrayList<>();
            RecordView view = record.view();
            boolean deletes = has(Drift.GONE);
            boolean isUnknown = view.zoho().isEmpty()
                    && view.entry().isEmpty()
                    && view.deletedAt().isEmpty();
            if (isUnknown && !deletes) {
                return events;
            }
            if (deletes) {
                view.entry().ifPresent(entry -> events.add(event(EventType.DELETE, "", now, null)));
            } else if (view.zoho().isPresent() || view.entry().isPresent()) {
                writing().ifPresent(events::add);
            }
            new TreeSet<>(view.strays().stream().map(RecordView.Stray::dataset).toList())
                    .forEach(dataset -> events.add(verify(dataset)));
            return events;
        }

        private boolean has(Drift drift) {
            return record.findings().stream().anyMatch(finding -> finding.drift() == drift);
        }

        /** Empty if the right document is there, beside others. */
        private Optional<WebhookEvent> writing() {
            boolean isRight = record.findings().stream().allMatch(finding -> finding.drift() == Drift.DUPLICATE);
            return isRight ? Optional.empty() : Optional.of(event(EventType.REFRESH, "", shown(), null));
        }

        /** The time of the state to write: not older than what memory shows, and not newer than what is known. */
        private Instant shown() {
            RecordView view = record.view();
            Instant shown = view.entry().map(DirectoryEntry::eventTime).orElse(null);
            if (shown == null) {
                return now;
            }
            return view.zoho()
                    .map(RecordView.InZoho::modified)
                    .filter(modified -> modified.isAfter(shown))
                    .orElse(shown);
        }

        private WebhookEvent verify(String dataset) {
            DirectoryEntry named = new DirectoryEntry(record.view().module(), null, dataset, null, null, null);
            return event(EventType.VERIFY, ":" + dataset, now, named);
        }

        private WebhookEvent event(EventType type, String place, Instant at, DirectoryEntry named) {
            return new WebhookEvent(
                    run + ":" + type.wireName() + ":" + record.recordId() + place,
                    type,
                    record.view().module(),
                    record.recordId(),
                    Json.MAPPER.createObjectNode(),
                    List.of(),
                    at,
                    null,
                    now,
                    EventSource.AUDIT,
                    null,
                    null,
                    null,
                    named);
        }
    }
}
