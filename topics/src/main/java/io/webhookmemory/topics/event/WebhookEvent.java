package io.webhookmemory.topics.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;

/**
 * One change of one CRM record: the value on {@code zoho.webhooks} and on the module topics, described by {@code
 * schema/webhook-event.schema.json}. The record id is the Kafka key.
 *
 * @param eventId what the sender calls the change, or a name derived from it; for people and logs, not for deduplication
 * @param module the CRM's name of the record's module, such as {@code Accounts}
 * @param recordId a string: Zoho's ids exceed 2⁵³
 * @param recordData as received on {@code zoho.webhooks}; the whole record as known on the module topics; never null
 * @param modifiedFields names of the changed fields, empty where unknown
 * @param timestamp when the change happened
 * @param userId who made it; nullable
 * @param receivedAt when the ingress took it
 * @param identity the key of deduplication, see {@link EventIdentity}; null in events of earlier versions and in those that
 *     the pipeline makes itself
 * @param accountId the account the record belongs to; added by the stream-processor, nullable. A text that is no
 *     {@link CrmId} counts as null
 * @param critical whether memory should show it at once; added by the stream-processor, null before
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

    /** An event as the ingress writes it, but for its identity. */
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

    /** This event under an identity of {@link EventIdentity}. */
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
     * This event as the stream-processor passes it on.
     *
     * @param asOf time of the newest change in the record: a late event completed with newer fields is as new as they.
     *     Of two states of one record that say different things, the later one has the later time
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

    /** This event with what was read of its record elsewhere; the same event id, and all that is said of its making. */
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

    /** Whether memory should show the change at once; false where the stream-processor has not said. */
    public boolean urgent() {
        return Boolean.TRUE.equals(critical);
    }

    /** Whether the event has been through the stream-processor: sent back, it comes there once more. */
    public boolean wasRouted() {
        return critical != null;
    }

    /** Identity only: record data is personal data and stays out of logs. */
    @Override
    public String toString() {
        return "WebhookEvent[" + eventId + " " + eventType + " " + module + "/" + recordId + "]";
    }
}
