package io.webhookmemory.zoho.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.zoho.api.ZohoFailure.Transient;
import java.util.Optional;

/** How many records a module has. Every call blocks, is bounded in time, and may throw a {@link ZohoException}. Thread-safe. */
public final class ZohoCounts {
    private final ZohoHttp http;

    ZohoCounts(ZohoHttp http) {
        this.http = http;
    }

    /**
     * Zoho's own count, for one credit. Besides the scope for the module, it needs {@code ZohoSearch.securesearch.READ};
     * of some modules Zoho does not give it ({@code NOT_SUPPORTED}).
     */
    public long records(String module) {
        ZohoHttp.Call call = ZohoHttp.Call.get("count", ZohoRecords.path(module) + "/actions/count");
        JsonNode count = http.send(call).body().path("count");
        if (!count.canConvertToLong() || count.asLong() < 0) {
            throw http.failed(call, new Transient("zoho_no_result", Optional.empty()));
        }
        return count.asLong();
    }
}
