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
    /** Not a webhook: a sweep of changes in Zoho CRM. */
    SWEEP;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    @JsonCreator
    public static EventSource of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
