package io.webhookmemory.zoho.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.webhookmemory.zoho.crm.ZohoTimes;
import java.time.Instant;
import java.util.Optional;

/** Reads the times in Zoho's records, and counts those that cannot be read: such a time is none. Thread-safe. */
public final class RecordTimes {
    private final Counter unreadable;

    RecordTimes(MeterRegistry metrics) {
        unreadable = metrics.counter("zoho.time.unreadable");
    }

    /** Empty where the record does not have the time, or has one that cannot be read, which is counted. */
    public Optional<Instant> read(JsonNode record, String field) {
        Optional<Instant> time = ZohoTimes.read(record.path(field));
        if (time.isEmpty() && ZohoTimes.isUnreadable(record.path(field))) {
            unreadable.increment();
        }
        return time;
    }
}
