package io.webhookmemory.zoho.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.event.WebhookEvent;
import java.util.List;
import java.util.Optional;

/** What a webhook's body turned out to be. */
public sealed interface Parsed {

    /**
     * A webhook with at least one good record.
     *
     * @param eventId of the webhook as a whole; that of its event where there is one only
     * @param deliveryId what the sender calls it; empty where it gives no name
     * @param events one for each good record, at least one
     * @param withoutTime how many of the events do not say when they happened, or a time too far ahead
     * @param unreadableTimes how many of the events have a time of change in a form that is not read
     * @param repaired whether the body was JSON only after control characters within strings were let pass
     * @param remainder the bad records; empty where all are good
     */
    record Events(
            String eventId,
            Optional<String> deliveryId,
            List<WebhookEvent> events,
            int withoutTime,
            int unreadableTimes,
            boolean repaired,
            Optional<Remainder> remainder)
            implements Parsed {}

    /**
     * The records of a good webhook that cannot be processed.
     *
     * @param body the webhook with only these records and without a channel's token, to be parsed again later
     */
    record Remainder(List<BadRecord> records, ObjectNode body) {}

    /**
     * A record that cannot be processed.
     *
     * @param index its place among the webhook's records, from 0
     * @param field what is missing or not allowed, as a path into the webhook's body
     */
    record BadRecord(int index, String field, String reason) {}

    /**
     * No JSON object and no form, or one that contradicts itself or its path.
     *
     * @param detail says more than the reason, and nothing of the body's content; may be empty
     */
    record Unreadable(Reason reason, String detail) implements Parsed {
        public Unreadable(Reason reason) {
            this(reason, "");
        }

        /** The reason with its detail. */
        public String text() {
            return detail.isEmpty() ? reason.text() : reason.text() + ": " + detail;
        }

        public enum Reason {
            NOT_JSON("not a JSON object"),
            BAD_FORM("not a form that can be read"),
            DUPLICATE_NAME("two top-level fields of one name"),
            PATH_CONFLICT("the path and the body name different modules or operations");

            private final String text;

            Reason(String text) {
                this.text = text;
            }

            public String text() {
                return text;
            }
        }
    }

    /**
     * JSON, and nothing in it can be processed.
     *
     * @param field what is missing or not allowed, as a path into the body, or a header
     */
    record Unprocessable(String field, String problem) implements Parsed {}

    /** More records or bytes of events than one webhook may become. */
    record TooLarge(String problem) implements Parsed {}
}
