package io.webhookmemory.topics.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.InstantText;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;

/** Events are written and read field by field, to the same result as Jackson's data binding of the record. */
class EventFormTest {
    private static final int CASES = 5_000;
    private static final ObjectWriter BINDING_WRITER = Json.MAPPER.writerFor(WebhookEvent.class);
    private static final ObjectReader BINDING_READER = Json.MAPPER.readerFor(WebhookEvent.class);
    private static final List<String> TEXTS =
            List.of("", " ", "Žofia \"Ü\"\n\\", "𝄞\u0000\u2028", "null", "${x}", "1", "update", "x".repeat(9_000));
    /** What may stand where a field's value is expected. */
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "\"\"",
            "\" \"",
            "7",
            "-1.50",
            "1e400",
            "1E99999999999",
            "[]",
            "[1]",
            "[null]",
            "[\"a\",[]]",
            "{}",
            "{\"a\":null}",
            "\"UPDATE\"",
            "\"channel\"",
            "\"1\"",
            "\"2026-01-02T03:04:05Z\"",
            "\"2026-01-02 03:04:05Z\"",
            "\"2026-02-30T03:04:05Z\"",
            "\"2026-01-02T24:00:00Z\"",
            "\"2026-01-02T03:04:05+01:00\"",
            "\"2026-01-02t03:04:05z\"",
            "\"1767323045.5\"",
            "\"-1\"",
            "1767323045.5",
            "{\"module\":\"Deals\",\"event_time\":\"x\"}",
            "{\"intent\":{}}",
            "nul",
            "\"");

    private static final String TIME_CHARACTERS = "0123456789T:-Z.+, tz";

    private final Random random = new Random(20261128);

    @Test
    void what_is_written_is_what_data_binding_writes() throws Exception {
        for (int i = 0; i < CASES; i++) {
            WebhookEvent event = event();
            byte[] data = event.recordData() == null ? null : Json.MAPPER.writeValueAsBytes(event.recordData());

            assertThat(EventCodec.toBytes(event, data)).isEqualTo(EventCodec.toBytes(event));
            assertThat(new String(EventCodec.toBytes(event), UTF_8))
                    .isEqualTo(new String(BINDING_WRITER.writeValueAsBytes(event), UTF_8));
        }
    }

    @Test
    void what_is_written_is_read_without_data_binding() throws Exception {
        for (int i = 0; i < CASES; i++) {
            byte[] bytes = EventCodec.toBytes(whole());

            assertThat(EventReader.read(bytes)).isNotNull().isEqualTo(BINDING_READER.readValue(bytes));
        }
    }

    @Test
    void whatever_is_read_without_data_binding_is_what_data_binding_reads() throws Exception {
        int read = 0;
        for (int i = 0; i < CASES; i++) {
            byte[] bytes = distorted(EventCodec.toBytes(random.nextInt(4) == 0 ? event() : whole()));
            WebhookEvent event = EventReader.read(bytes);
            if (event != null) {
                assertThat(event).isEqualTo(BINDING_READER.readValue(bytes));
                read++;
            }
        }
        assertThat(read).as("of all forms").isBetween(CASES / 10, CASES * 9 / 10);
    }

    @Test
    void what_data_binding_refuses_is_refused_with_the_field_that_it_names() {
        for (int i = 0; i < CASES; i++) {
            byte[] bytes = distorted(EventCodec.toBytes(whole()));
            String fault = fault(bytes);
            if (fault != null) {
                assertThatThrownBy(() -> EventCodec.fromBytes(bytes))
                        .isInstanceOf(InvalidEventException.class)
                        .hasMessage(fault);
            }
        }
    }

    @Test
    void texts_of_instants_are_the_jdks() {
        for (int i = 0; i < 10 * CASES; i++) {
            Instant time = time();
            String text = InstantText.of(time);
            assertThat(text).isEqualTo(time.toString());

            StringBuilder other = new StringBuilder(text);
            other.setCharAt(
                    random.nextInt(other.length()), TIME_CHARACTERS.charAt(random.nextInt(TIME_CHARACTERS.length())));
            Instant read = InstantText.read(other.toString());
            if (read != null) {
                assertThat(read).isEqualTo(DateTimeFormatter.ISO_INSTANT.parse(other, Instant::from));
            }
        }
    }

    /** @return null if data binding reads the bytes */
    private static String fault(byte[] bytes) {
        try {
            BINDING_READER.readValue(bytes);
            return null;
        } catch (JsonMappingException e) {
            return "bad value of "
                    + (e.getPath().isEmpty()
                            ? "the document"
                            : e.getPath().get(0).getFieldName());
        } catch (IOException | NumberFormatException e) {
            return "not JSON";
        }
    }

    /** The bytes with a field that has another value, stands twice, is unknown or is missing, or cut off. */
    private byte[] distorted(byte[] bytes) {
        String json = new String(bytes, UTF_8);
        List<String> fields = new ArrayList<>();
        parsed(json).properties().forEach(field -> fields.add(name(field.getKey()) + field.getValue()));
        Collections.shuffle(fields, random);
        switch (random.nextInt(6)) {
            case 0 -> fields.set(0, fields.get(0).replaceFirst("(?s):.*", Matcher.quoteReplacement(":" + any(VALUES))));
            case 1 -> fields.add(random.nextInt(fields.size()), any(fields));
            case 2 -> fields.add(random.nextInt(fields.size()), name("from_the_future") + any(VALUES));
            case 3 -> fields.remove(0);
            case 4 -> {
                return json.substring(0, random.nextInt(json.length())).getBytes(UTF_8);
            }
            default -> {}
        }
        return ("{" + String.join(" ,\n", fields) + "}" + any(List.of("", " ", "}"))).getBytes(UTF_8);
    }

    private static JsonNode parsed(String json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(String field) {
        return "\"" + field + "\":";
    }

    /** Any field may be null. */
    private WebhookEvent event() {
        return new WebhookEvent(
                maybe(this::text),
                maybe(() -> any(List.of(EventType.values()))),
                maybe(this::text),
                maybe(() -> any(List.of("1", "none", ""))),
                maybe(this::content),
                maybe(() -> List.of(text(), text())),
                maybe(this::time),
                maybe(this::text),
                maybe(this::time),
                maybe(() -> any(List.of(EventSource.values()))),
                maybe(this::text),
                maybe(() -> any(List.of("7", "none"))),
                maybe(random::nextBoolean),
                maybe(this::known));
    }

    /** An event as it is on the topics. */
    private WebhookEvent whole() {
        return new WebhookEvent(
                "e-" + random.nextInt(),
                any(List.of(EventType.values())),
                "Deals",
                "5725767000003000064",
                content(),
                List.of(text()),
                recent(),
                maybe(this::text),
                recent(),
                any(List.of(EventSource.values())),
                maybe(() -> "0f".repeat(32)),
                maybe(() -> "7"),
                maybe(random::nextBoolean),
                maybe(this::known));
    }

    private DirectoryEntry known() {
        DirectoryEntry.Intent intent = new DirectoryEntry.Intent(List.of(text()), maybe(this::text), null, "i", time());
        return new DirectoryEntry(
                text(), maybe(() -> "7"), maybe(this::text), null, text(), maybe(this::time), maybe(() -> intent));
    }

    private ObjectNode content() {
        ObjectNode content = Json.MAPPER.createObjectNode();
        content.put(text(), text());
        content.put("decimal", new BigDecimal(new BigInteger(random.nextInt(300), random), random.nextInt(40) - 10));
        content.put("big", new BigInteger(random.nextInt(300), random).negate());
        content.put("double", random.nextGaussian());
        content.putNull("null");
        content.putObject("owner")
                .put("id", random.nextLong())
                .putArray("tags")
                .add(random.nextBoolean())
                .addNull();
        return content;
    }

    private Instant time() {
        return switch (random.nextInt(8)) {
            case 0 -> Instant.MIN;
            case 1 -> Instant.MAX;
            case 2 -> Instant.EPOCH;
            case 3 -> Instant.ofEpochSecond(random.nextLong() % 400_000_000_000L, random.nextInt());
            default -> recent();
        };
    }

    private Instant recent() {
        int nano = random.nextInt(1_000_000_000);
        int[] units = {1, 1_000, 1_000_000, 1_000_000_000};
        return Instant.ofEpochSecond(random.nextInt(Integer.MAX_VALUE), nano - nano % units[random.nextInt(4)]);
    }

    private String text() {
        return any(TEXTS);
    }

    private <T> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private <T> T maybe(Supplier<T> value) {
        return random.nextInt(4) == 0 ? null : value.get();
    }
}
