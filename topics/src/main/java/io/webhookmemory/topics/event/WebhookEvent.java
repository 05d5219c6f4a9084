package io.webhookmemory.topics.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;

/**
 * One change of one CRM record: the value on {@code zoho.webhooks} and on the module topics, described by {@code
 * schema/webhook-event.schema.json}. The record id is the Kafka key.
 *
 * @param eventId the sender's name of the change, or one derived from it; for people and logs, not for deduplication
 * @param module the CRM's name of the record's module, such as {@code Accounts}
 * @param recordId a string: Zoho's ids exceed 2⁵³
 * @param recordData on {@code zoho.webhooks} as received, on the module topics the whole record as known; never null
 * @param modifiedFields names of the changed fields; empty if unknown
 * @param timestamp when the change happened; on the module topics, the time of the newest change in the record
 * @param userId the user that made the change; nullable
 * @param receivedAt when the ingress received it
 * @param identity the deduplication key, see {@link EventIdentity}; null in events of earlier versions and in those
 *     that the pipeline creates itself
 * @param accountId the account the record belongs to; added by the stream-processor, nullable. A text that is not a
 *     {@link CrmId} counts as null
 * @param critical whether memory must show the change at once; added by the stream-processor, null before
 * @param known what memory is known to hold of the record; added by the stream-processor, nullable
 */
public record WebhookEvent(
        String eventId,
        EventType eventType,
        String module,
        String recordId,
        ObjectNode recordData,
        List<String> modifiedFields,
        Instant timestamp,
        String userId,
        Instant receivedAt,
        EventSource source,
        String identity,
        String accountId,
        Boolean critical,
        DirectoryEntry known) {

    public WebhookEvent {
        modifiedFields = modifiedFields == null ? List.of() : List.copyOf(modifiedFields);
        accountId = CrmId.of(accountId).orElse(null);
    }

    /** An event as the ingress writes it, without its identity. */
    public static WebhookEvent received(
            String eventId,
            EventType eventType,
            String module,
            String recordId,
            ObjectNode recordData,
            List<String> modifiedFields,
            Instant timestamp,
            String userId,
            Instant receivedAt,
            EventSource source) {
        return new WebhookEvent(
                eventId,
                eventType,
                module,
                recordId,
                recordData,
                modifiedFields,
                timestamp,
                userId,
                receivedAt,
                source,
                null,
                null,
                null,
                null);
    }

    /** This event with the given {@link EventIdentity}. */
    public WebhookEvent withIdentity(String newIdentity) {
        return new WebhookEvent(
                eventId,
                eventType,
                module,
                recordId,
                recordData,
                modifiedFields,
                timestamp,
                userId,
                receivedAt,
                source,
                newIdentity,
                accountId,
                critical,
                known);
    }

    /**
     * This event as the stream-processor routes it.
     *
     * @param asOf time of the newest change in the record: a late event that is merged with newer fields is as new as
     *     they are. Of two different states of a record, the later one has the later time
     */
    public WebhookEvent routed(
            ObjectNode wholeRecord, Instant asOf, String account, boolean isCritical, DirectoryEntry knownEntry) {
        return new WebhookEvent(
                eventId,
                eventType,
                module,
                recordId,
                wholeRecord,
                modifiedFields,
                asOf,
                userId,
                receivedAt,
                source,
                identity,
                account,
                isCritical,
                knownEntry);
    }

    /** This event with the record content that was read elsewhere. Event id and origin stay. */
    public WebhookEvent as(EventType type, ObjectNode wholeRecord, Instant asOf, String account) {
        return new WebhookEvent(
                eventId,
                type,
                module,
                recordId,
                wholeRecord,
                modifiedFields,
                asOf,
                userId,
                receivedAt,
                source,
                identity,
                account,
                critical,
                known);
    }

    /** This event for the module in which the CRM keeps the record, if the sender named another. */
    public WebhookEvent inModule(String holding) {
        return new WebhookEvent(
                eventId,
                eventType,
                holding,
                recordId,
                recordData,
                modifiedFields,
                timestamp,
                userId,
                receivedAt,
                source,
                identity,
                accountId,
                critical,
                known);
    }

    /** Whether memory must show the change at once; false if the stream-processor has not decided. */
    public boolean urgent() {
        return Boolean.TRUE.equals(critical);
    }

    /** Whether the event has been through the stream-processor; a redriven event reaches it again. */
    public boolean wasRouted() {
        return critical != null;
    }

    /** Identity only: record data is personal data and stays out of logs. */
    @Override
    public String toString() {
        return "WebhookEvent[" + eventId + " " + eventType + " " + module + "/" + recordId + "]";
    }
}
