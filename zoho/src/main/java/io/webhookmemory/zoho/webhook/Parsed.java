package io.webhookmemory.zoho.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.PreparedEvent;
import java.util.List;
import java.util.Optional;

/** The result of parsing a webhook's body. */
public sealed interface Parsed {

    /**
     * A webhook with at least one good record.
     *
     * @param eventId the id of the webhook; also the id of its event if there is only one
     * @param deliveryId the sender's event id; empty if it sent none
     * @param prepared the events, one for each good record; at least one
     * @param withoutTime the number of events without a time of change, or with one too far ahead
     * @param unreadableTimes the number of events with a time of change in an unsupported format
     * @param repaired whether the body is valid JSON only with unescaped control characters in strings allowed
     * @param remainder the bad records; empty if all are good
     */
    record Events(
            String eventId,
            Optional<String> deliveryId,
            List<PreparedEvent> prepared,
            int withoutTime,
            int unreadableTimes,
            boolean repaired,
            Optional<Remainder> remainder)
            implements Parsed {
        public List<WebhookEvent> events() {
            return prepared.stream().map(PreparedEvent::event).toList();
        }
    }

    /**
     * The bad records of a webhook that also has good ones.
     *
     * @param body the webhook with only these records and without the token, for parsing it again later
     */
    record Remainder(List<BadRecord> records, ObjectNode body) {}

    /**
     * A record that cannot be processed.
     *
     * @param index its index among the webhook's records, from 0
     * @param field the missing or invalid field, as a path into the webhook's body
     */
    record BadRecord(int index, String field, String reason) {}

    /**
     * A body that is neither a JSON object nor a form, or that contradicts itself or the path.
     *
     * @param detail adds to the reason; quotes nothing of the body; may be empty
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
     * A readable body in which nothing can be processed.
     *
     * @param field the missing or invalid field, as a path into the body, or a header
     */
    record Unprocessable(String field, String problem) implements Parsed {}

    /** A webhook that results in too many records or bytes of events. */
    record TooLarge(String problem) implements Parsed {}
}
