package io.webhookmemory.topics.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How an event entered the pipeline. */
public enum EventSource {
    /** A webhook with an HMAC signature over its body. */
    SIGNED,
    /** A Zoho CRM channel notification, authenticated by the channel's token. */
    CHANNEL,
    /** A webhook that carried one of the static tokens, as Zoho's workflow rules send them. */
    TOKEN,
    /** No webhook: a reading of what changed in Zoho CRM. */
    SWEEP,
    /** No webhook: the import of the records that Zoho CRM already holds. */
    IMPORT,
    /** No webhook: an audit found that memory differs, and repairs it. */
    AUDIT;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    @JsonValue
    public String wireName() {
        return wireName;
    }

    @JsonCreator
    public static EventSource of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
