package io.webhookmemory.zoho.api;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;

/**
 * Zoho CRM over its REST API, version 8. All calls through one client share one access token and one rate limit. {@link
 * Classification} defines what each failure means. Thread-safe.
 */
public final class ZohoClient {
    private final ZohoHttp http;
    private final ZohoRecords records;
    private final ZohoChanges changes;
    private final ZohoChannels channels;
    private final RecordTimes times;
    private final ZohoCounts counts;

    private ZohoClient(ZohoSettings settings, MeterRegistry metrics, Clock clock) {
        http = new ZohoHttp(settings, metrics, clock);
        records = new ZohoRecords(http, clock);
        times = new RecordTimes(metrics);
        changes = new ZohoChanges(http, times, clock);
        channels = new ZohoChannels(http);
        counts = new ZohoCounts(http);
    }

    public static ZohoClient create(ZohoSettings settings, MeterRegistry metrics) {
        return create(settings, metrics, Clock.systemUTC());
    }

    /** @param clock for the expiry of tokens and credits; the rate limit uses real time */
    public static ZohoClient create(ZohoSettings settings, MeterRegistry metrics, Clock clock) {
        return new ZohoClient(settings, metrics, clock);
    }

    /** Whether Zoho works now; costs a credit if it does. Never throws. */
    public boolean isAvailable() {
        try {
            http.send(ZohoHttp.Call.get("probe", "/settings/fields?module=Accounts"));
            return true;
        } catch (ZohoException e) {
            return false;
        }
    }

    public ZohoRecords records() {
        return records;
    }

    public ZohoChanges changes() {
        return changes;
    }

    public ZohoChannels channels() {
        return channels;
    }

    public RecordTimes times() {
        return times;
    }

    public ZohoCounts counts() {
        return counts;
    }
}
