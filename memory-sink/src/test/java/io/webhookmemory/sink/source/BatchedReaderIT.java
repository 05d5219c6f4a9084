package io.webhookmemory.sink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.testkit.zoho.ZohoDouble;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.zoho.api.Lookup;
import io.webhookmemory.zoho.api.ZohoClient;
import io.webhookmemory.zoho.api.ZohoException;
import io.webhookmemory.zoho.api.ZohoSettings;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reading records together, from Zoho's double. */
class BatchedReaderIT {
    private static final List<String> IDS = List.of("1", "2", "3");

    @AutoClose
    private final ZohoDouble zoho = ZohoDouble.start();

    private final ZohoClient client = ZohoClient.create(
            ZohoSettings.from(new SettingsReader(new Environment(zoho.variables())))
                    .orElseThrow(),
            new SimpleMeterRegistry());
    private final BatchedReader reader = new BatchedReader(client.records()::readAll);

    @BeforeEach
    void announce() {
        IDS.forEach(id -> zoho.put("Deals", Json.MAPPER.createObjectNode().put("id", id)));
        client.records().fieldNames("Deals");
        IDS.forEach(id -> reader.announce("Deals", id));
    }

    @Test
    void records_that_were_announced_are_read_together() {
        IDS.forEach(id -> assertThat(reader.read("Deals", id)).isInstanceOf(Lookup.Found.class));

        assertThat(zoho.calls("records") + zoho.calls("record")).isEqualTo(1);
    }

    @Test
    void where_reading_them_together_fails_each_is_read_by_itself() {
        zoho.failNext(1, 500, "INTERNAL_ERROR", "for one record's sake");

        IDS.forEach(id -> assertThat(reader.read("Deals", id)).isInstanceOf(Lookup.Found.class));

        assertThat(zoho.calls("records")).isEqualTo(1);
        assertThat(zoho.calls("record")).isEqualTo(3);
    }

    @Test
    void one_that_cannot_be_read_alone_either_fails_alone() {
        zoho.failNext(2, 500, "INTERNAL_ERROR", "for this record's sake");

        assertThatThrownBy(() -> reader.read("Deals", "1")).isInstanceOf(ZohoException.class);

        assertThat(reader.read("Deals", "2")).isInstanceOf(Lookup.Found.class);
    }
}
