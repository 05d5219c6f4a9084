package io.webhookmemory.topics.wire;

import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.InstantText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** The Kafka headers of the pipeline; all are UTF-8 text, so that console tools can print them. */
public final class Headers {
    // CloudEvents 1.0, Kafka protocol binding, binary content mode.
    public static final String CE_SPECVERSION = "ce_specversion";
    public static final String CE_ID = "ce_id";
    public static final String CE_TYPE = "ce_type";
    public static final String CE_SOURCE = "ce_source";
    public static final String CE_TIME = "ce_time";
    public static final String CONTENT_TYPE = "content-type";
    /** W3C Trace Context; unchanged from the HTTP request to the dead letter topic. */
    public static final String TRACEPARENT = "traceparent";

    /** Marks a replayed event: it passes deduplication again, once per replay. */
    public static final String REPLAY_ID = "replay-id";

    /**
     * Marks a delete event that erases its record: the stream-processor keeps no content of it, and the memory-sink
     * searches for further documents of it. A header, because services of earlier versions pass headers on unchanged and
     * apply the event as a deletion.
     */
    public static final String ERASE = "erase";

    /** How often the event has been redriven; limits redrive loops. */
    public static final String REDRIVE_COUNT = "redrive-count";
    /** The dead letter that the event was redriven from, as {@code topic-partition@offset}. */
    public static final String REDRIVE_OF = "redrive-of";

    /** Why a record is on {@code zoho.webhooks.rejected}. */
    public static final String REJECTED_REASON = "rejected-reason";
    /** The service that rejected it. */
    public static final String REJECTED_BY = "rejected-by";
    /** The origin of a rejected record that was read from a topic, as {@code topic-partition@offset}. */
    public static final String REJECTED_ORIGIN = "rejected-origin";
    /** The size in bytes of a value that was left out because it did not fit beside these headers. */
    public static final String REJECTED_LEFT_OUT_BYTES = "rejected-left-out-bytes";

    // How the ingress received a webhook that it rejected, so that it can be parsed again. CONTENT_TYPE holds its type.
    /** How the sender was authenticated. */
    public static final String REJECTED_SOURCE = "rejected-source";
    /** The channel of the webhook; absent for other sources. */
    public static final String REJECTED_CHANNEL = "rejected-channel";
    /** The sender's name of the webhook; absent if it had none. */
    public static final String REJECTED_EVENT_ID = "rejected-event-id";
    /** The module in the path that it was sent to; absent where the path named none. */
    public static final String REJECTED_MODULE = "rejected-module";
    /** The operation in the path that it was sent to; absent where the path named none. */
    public static final String REJECTED_OPERATION = "rejected-operation";

    /** How often applying the event has failed so far. */
    public static final String RETRY_ATTEMPTS = "retry-attempts";
    /** How many attempts failed for a reason that may be the event's own, including those that used no retry. */
    public static final String RETRY_FAILURES = "retry-failures";
    /** ISO-8601 instant; do not retry the event before it. */
    public static final String RETRY_NOT_BEFORE = "retry-not-before";
    /** ISO-8601 instant of the first failure in an uninterrupted series of failures for the same reason. */
    public static final String RETRY_SINCE = "retry-since";

    public static final String DLT_REASON = "dlt-reason";
    public static final String DLT_EXCEPTION_CLASS = "dlt-exception-class";
    public static final String DLT_EXCEPTION_MESSAGE = "dlt-exception-message";
    public static final String DLT_ATTEMPTS = "dlt-attempts";
    public static final String DLT_FAILED_AT = "dlt-failed-at";
    // Where the event was first read; retry tiers keep these headers unchanged.
    public static final String DLT_ORIGINAL_TOPIC = "dlt-original-topic";
    public static final String DLT_ORIGINAL_PARTITION = "dlt-original-partition";
    public static final String DLT_ORIGINAL_OFFSET = "dlt-original-offset";
    public static final String DLT_ORIGINAL_TIMESTAMP = "dlt-original-timestamp";

    private static final Header SPECVERSION = header(CE_SPECVERSION, "1.0");
    private static final Header JSON = header(CONTENT_TYPE, "application/json");

    private static final String DLT_PREFIX = "dlt-";
    private static final String RETRY_PREFIX = "retry-";

    private Headers() {}

    /** Removes the failure history; the next attempt starts from scratch. */
    public static void removeFailures(org.apache.kafka.common.header.Headers headers) {
        List<String> failures = new ArrayList<>();
        for (Header header : headers) {
            if (header.key().startsWith(DLT_PREFIX) || header.key().startsWith(RETRY_PREFIX)) {
                failures.add(header.key());
            }
        }
        failures.forEach(headers::remove);
    }

    public static void put(org.apache.kafka.common.header.Headers headers, String name, String value) {
        headers.remove(name);
        headers.add(header(name, value));
    }

    public static Optional<String> get(org.apache.kafka.common.header.Headers headers, String name) {
        return Optional.ofNullable(headers.lastHeader(name))
                .map(Header::value)
                .map(value -> new String(value, StandardCharsets.UTF_8));
    }

    /** Also empty if the header is not an ISO-8601 instant: another application may have written it. */
    public static Optional<Instant> getInstant(org.apache.kafka.common.header.Headers headers, String name) {
        try {
            return get(headers, name).map(Instant::parse);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Sets the CloudEvents attributes of an event. */
    public static void putCloudEvent(org.apache.kafka.common.header.Headers headers, WebhookEvent event) {
        for (Header attribute : cloudEvent(event)) {
            headers.remove(attribute.key());
            headers.add(attribute);
        }
    }

    /** The CloudEvents attributes of an event, for a new record. */
    public static List<Header> cloudEvent(WebhookEvent event) {
        return List.of(
                SPECVERSION,
                header(CE_ID, event.eventId()),
                header(
                        CE_TYPE,
                        "com.zoho.crm." + event.module() + "."
                                + event.eventType().wireName()),
                header(CE_SOURCE, "/webhooks/zoho/" + event.source().wireName()),
                header(CE_TIME, InstantText.of(event.timestamp())),
                JSON);
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
