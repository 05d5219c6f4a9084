package io.webhookmemory.topics.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CrmIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"5725767000003000064", "0", "a-b_C", "none-1"})
    void an_id_is_a_short_text_of_letters_and_digits(String id) {
        assertThat(CrmId.of(id)).contains(id);
    }

    @ParameterizedTest
    @MethodSource("others")
    void what_cannot_become_a_name_is_no_id(String text) {
        assertThat(CrmId.of(text)).isEmpty();
    }

    static List<String> others() {
        return List.of(
                "",
                " ",
                "none",
                "None",
                "null",
                "undefined",
                "/etc/passwd",
                "a\nb",
                "1\n",
                "../x",
                "x.y",
                "ü",
                "1~",
                "1".repeat(100_000));
    }

    @Test
    void nothing_is_no_id() {
        assertThat(CrmId.of(null)).isEmpty();
    }
}
