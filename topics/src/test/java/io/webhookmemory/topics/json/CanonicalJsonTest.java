package io.webhookmemory.topics.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {
    private static ObjectNode read(String json) throws Exception {
        return (ObjectNode) Json.MAPPER.readTree(json);
    }

    @Test
    void sortsTheNamesOfEveryObjectAndKeepsTheOrderOfArrays() throws Exception {
        String json = "{\"b\": [ {\"z\": 1, \"a\": [2, {\"y\": {}, \"x\": []}]} ], \"a\": 1.50, \"B\": null}";

        assertThat(new String(CanonicalJson.of(read(json)), UTF_8))
                .isEqualTo("{\"B\":null,\"a\":1.50,\"b\":[{\"a\":[2,{\"x\":[],\"y\":{}}],\"z\":1}]}");
    }

    /** Identities of earlier versions are digests of these bytes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"id\":\"1\"}",
                "{\"z\":1,\"a\":2,\"Ä\":3,\"\uD83D\uDE00\":4,\"\uFFFF\":5,\"\":6,\"aa\":7,\"a\\u0001\":8}",
                "{\"n\":[0,-0,1e400,1E-7,100.10,123456789012345678901234567890,0.1e+2]}",
                "{\"t\":\"\\u0000\\u001f\\\"\\\\/\\ud83d\\ude00 \\u2028 é\",\"l\":{\"b\":{\"d\":true,\"c\":false},\"a\":null}}"
            })
    void writesTheBytesThatJacksonWrites(String json) throws Exception {
        ObjectNode object = read(json);

        assertThat(CanonicalJson.of(object))
                .isEqualTo(Json.MAPPER
                        .writer()
                        .with(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
                        .writeValueAsBytes(object));
    }
}
