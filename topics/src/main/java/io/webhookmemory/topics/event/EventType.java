package io.webhookmemory.topics.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What happened to a record. */
public enum EventType {
    CREATE,
    UPDATE,
    DELETE,
    RESTORE,
    /**
     * A related record changed, or memory differs: read this record again. Written by the memory-sink on the module
     * topics, and by the repair of an audit.
     */
    REFRESH,
    /**
     * A process that lost the record's partition may have changed memory afterwards, or an audit found documents that
     * the directory does not name. The owner checks the datasets that {@link WebhookEvent#known} names. Written by the
     * memory-sink on the module topics, and by the repair of an audit.
     */
    VERIFY;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    @JsonValue
    public String wireName() {
        return wireName;
    }

    /** @throws IllegalArgumentException for any other name; case does not matter */
    @JsonCreator
    public static EventType of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
