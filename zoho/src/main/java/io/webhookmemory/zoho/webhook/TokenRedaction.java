package io.webhookmemory.zoho.webhook;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.webhookmemory.topics.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Takes a channel's token out of a body's bytes, which stay as they are otherwise; also where the body ceases to be JSON
 * behind it.
 */
public final class TokenRedaction {
    static final String FIELD = "token";
    static final String REDACTED = "redacted";
    /** Shorter tokens are none of ours, and may be part of any word. */
    private static final int MIN_LENGTH = 20;

    private record Span(int from, int to, String text) {}

    private TokenRedaction() {}

    /** The body without its token; empty where it holds none that can be found. */
    public static Optional<byte[]> of(byte[] body) {
        List<Span> spans = spans(body);
        if (spans.isEmpty()) {
            return Optional.empty();
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length);
        int done = 0;
        for (Span span : spans) {
            out.write(body, done, span.from() - done);
            out.writeBytes(('"' + REDACTED + '"').getBytes(StandardCharsets.US_ASCII));
            done = span.to();
        }
        out.write(body, done, body.length - done);
        byte[] redacted = out.toByteArray();
        for (Span span : spans) {
            redacted = withoutText(redacted, span.text());
        }
        return Optional.of(redacted);
    }

    /** Where the values of the top-level fields {@code token} are, up to where the body is not JSON any more. */
    private static List<Span> spans(byte[] body) {
        List<Span> spans = new ArrayList<>();
        int start = ByteOrderMarks.length(body);
        try (JsonParser parser = Json.MAPPER.createParser(body, start, body.length - start)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return spans;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean token = parser.currentName().equals(FIELD);
                JsonToken value = parser.nextToken();
                if (token && value != null && value.isScalarValue() && value != JsonToken.VALUE_NULL) {
                    String text = parser.getText();
                    // Both count from where the parser began; -1 in any encoding but UTF-8.
                    long from = parser.currentTokenLocation().getByteOffset();
                    long to = parser.currentLocation().getByteOffset();
                    if (from < 0 || to <= from) {
                        return List.of();
                    }
                    spans.add(new Span(start + (int) from, start + (int) to, text));
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            // What was found before counts.
        }
        return spans;
    }

    /** For a copy in a place where no token belongs, such as behind what is not JSON. */
    private static byte[] withoutText(byte[] body, String text) {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        if (wanted.length < MIN_LENGTH) {
            return body;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length);
        int i = 0;
        while (i < body.length) {
            if (i + wanted.length <= body.length
                    && Arrays.equals(body, i, i + wanted.length, wanted, 0, wanted.length)) {
                out.writeBytes(REDACTED.getBytes(StandardCharsets.US_ASCII));
                i += wanted.length;
            } else {
                out.write(body[i++]);
            }
        }
        return out.toByteArray();
    }
}
