package io.webhookmemory.zoho.crm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.topics.json.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldValueTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "null                         |true |false",
                "\"\"                         |true |false",
                "\" \"                        |true |false",
                "{}                           |true |false",
                "{\"id\":\"\"}                |true |false",
                "{\"id\":null,\"name\":\"\"}  |true |false",
                "{\"id\":\"1\",\"name\":\"\"} |false|false",
                "0                            |false|false",
                "false                        |false|false",
                "\"x\"                        |false|false",
                "\"null\"                     |false|true",
                "\"Null\"                     |false|false",
                "\"${Deals.Stage}\"           |false|true",
                "\"${!Leads.Email} \"         |false|true",
                "{\"id\":\"${Deals.Id}\"}     |false|true",
                "\"costs ${5}\"               |false|false",
            })
    void a_value_is_empty_or_a_placeholder_or_says_something(String json, boolean empty, boolean unresolved)
            throws Exception {
        JsonNode value = Json.MAPPER.readTree(json);

        assertThat(FieldValue.isEmpty(value)).isEqualTo(empty);
        assertThat(FieldValue.isUnresolved(value)).isEqualTo(unresolved);
    }
}
