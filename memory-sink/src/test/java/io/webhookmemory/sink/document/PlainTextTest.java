package io.webhookmemory.sink.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {
    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 1, 7, 8, 0x0E, 0x1B, 0x1F, 0x7F, 0x80, 0x9B, 0x9F, 0x061C, 0x200E, 0x200F, 0x202A, 0x202E, 0x2066,
                0x2069, 0xFEFF, 0xD800, 0xDFFF
            })
    void characters_that_control_and_do_not_show_are_dropped(int character) {
        assertThat(PlainText.lines("a" + Character.toString(character) + "b")).isEqualTo("ab");
        assertThat(PlainText.lines("a&#" + character + ";b")).doesNotContain(Character.toString(character));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n",
                "\r",
                "\r\n",
                "\u000B",
                "\f",
                "\u0085",
                "\u2028",
                "\u2029",
                "&#10;",
                "&#x2028;",
                "&NewLine;"
            })
    void every_line_break_is_one_line_break(String lineBreak) {
        assertThat(PlainText.lines("a" + lineBreak + "b")).isEqualTo("a\nb");
        assertThat(PlainText.line("a" + lineBreak + "b")).isEqualTo("a b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Smith &amp; Sons|Smith & Sons",
                "&lt;b&gt;|<b>",
                "it&#39;s &#x201C;fine&#x201d;|it's “fine”",
                "Z&uuml;rich|Zürich",
                "&amp;lt;|&lt;",
                "AT&T; R&D|AT&T; R&D",
                "https://x.example/?a=1&copy=2&lt=3|https://x.example/?a=1&copy=2&lt=3",
                "&nosuchname;|&nosuchname;",
            })
    void entities_are_decoded_once_and_nothing_else_is_taken_for_one(String text, String plain) {
        assertThat(PlainText.lines(text)).isEqualTo(plain);
    }

    @Test
    @Timeout(60)
    void a_megabyte_of_anything_takes_no_longer_than_any_other() {
        for (String part : List.of(" ", "&", "&amp", "\r", "\t \n", "&#x", "\u0000")) {
            assertThat(PlainText.line("a" + part.repeat(1_000_000) + "b"))
                    .startsWith("a")
                    .endsWith("b");
        }
    }

    @Test
    void what_people_write_stays_as_it_is() {
        String text = "Žofia 👩‍👩‍👧 שלום – 10\u00A0€\n\n\tindented";

        assertThat(PlainText.lines(text)).isEqualTo(text);
    }
}
