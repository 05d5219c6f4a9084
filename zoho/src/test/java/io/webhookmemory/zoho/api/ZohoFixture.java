package io.webhookmemory.zoho.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.testkit.MutableClock;
import io.webhookmemory.testkit.zoho.ZohoDouble;
import io.webhookmemory.topics.json.Json;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** A double and a client of it, by one clock. */
final class ZohoFixture implements AutoCloseable {
    final MutableClock clock = new MutableClock(Instant.parse("2026-03-01T08:00:00Z"));
    final ZohoDouble server = ZohoDouble.start(0, clock);
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    ZohoClient client(String... namesAndValues) {
        Map<String, String> variables = new HashMap<>(server.variables());
        variables.put("ZOHO_RATE_LIMIT", "1000");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            variables.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return ZohoClient.create(settings(variables), metrics, clock);
    }

    static ZohoSettings settings(Map<String, String> variables) {
        SettingsReader reader = new SettingsReader(new Environment(variables));
        ZohoSettings settings = ZohoSettings.from(reader).orElseThrow();
        reader.finish();
        return settings;
    }

    static ObjectNode record(String id, String... namesAndValues) {
        ObjectNode record = Json.MAPPER.createObjectNode().put("id", id);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            record.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return record;
    }

    @Override
    public void close() {
        server.close();
    }
}
