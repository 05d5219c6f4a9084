package io.webhookmemory.zoho.webhook;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.webhookmemory.topics.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Takes a sender's token out of a body's bytes, which stay as they are otherwise; also where the body ceases to be JSON
 * behind it.
 */
public final class TokenRedaction {
    static final String FIELD = "token";
    static final String REDACTED = "redacted";
    /** Shorter tokens are none of ours, and may be part of any word. */
    private static final int MIN_LENGTH = 20;

    /** Of so many tokens copies are looked for: each takes a pass over the body. */
    private static final int MAX_COPIED = 8;

    private static final byte[] WORD = REDACTED.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] QUOTED = ('"' + REDACTED + '"').getBytes(StandardCharsets.US_ASCII);

    /** Where a token's value is, and the bytes of what it says. */
    private record Span(int from, int to, ByteBuffer token) {}

    /** A token whose place in the bytes is not known. */
    private static final class UnknownPlace extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private TokenRedaction() {}

    /**
     * The body without its token, or the same array if it holds none. Empty if it holds one that cannot be taken out.
     *
     * @param contentType nullable
     */
    public static Optional<byte[]> of(byte[] body, String contentType) {
        ContentType type = ContentType.of(contentType);
        try {
            if (!Form.is(body, type)) {
                return Optional.of(without(body, jsonSpans(body), QUOTED));
            }
            return Optional.of(type.isMultipart() ? withoutParts(body, type) : without(body, formSpans(body), WORD));
        } catch (UnknownPlace e) {
            return Optional.empty();
        }
    }

    private static byte[] without(byte[] body, List<Span> spans, byte[] replacement) {
        if (spans.isEmpty()) {
            return body;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length);
        int done = 0;
        for (Span span : spans) {
            out.write(body, done, span.from() - done);
            out.writeBytes(replacement);
            done = span.to();
        }
        out.write(body, done, body.length - done);
        byte[] redacted = out.toByteArray();
        for (Span span : spans.subList(0, Math.min(MAX_COPIED, spans.size()))) {
            redacted = withoutText(redacted, span.token().array());
        }
        return redacted;
    }

    /** Where the values of the top-level fields {@code token} are, up to where the body is not JSON any more. */
    private static List<Span> jsonSpans(byte[] body) throws UnknownPlace {
        List<Span> spans = new ArrayList<>();
        int start = ByteOrderMarks.length(body);
        try (JsonParser parser = Json.MAPPER.createParser(body, start, body.length - start)) {
            parser.enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS.mappedFeature());
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return spans;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean token = parser.currentName().equals(FIELD);
                JsonToken value = parser.nextToken();
                if (token && value != null && value.isScalarValue() && value != JsonToken.VALUE_NULL) {
                    ByteBuffer text = ByteBuffer.wrap(parser.getText().getBytes(StandardCharsets.UTF_8));
                    // Both count from where the parser began; -1 in any encoding but UTF-8.
                    long from = parser.currentTokenLocation().getByteOffset();
                    long to = parser.currentLocation().getByteOffset();
                    if (from < 0 || to <= from) {
                        throw new UnknownPlace();
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

    private static List<Span> formSpans(byte[] body) {
        return UrlEncoded.pairs(body, Integer.MAX_VALUE).stream()
                .filter(pair -> TokenParameter.isToken(pair, body))
                .map(pair -> new Span(
                        pair.valueFrom(),
                        pair.to(),
                        ByteBuffer.wrap(pair.value(body)
                                .orElseGet(() -> Arrays.copyOfRange(body, pair.valueFrom(), pair.to())))))
                .toList();
    }

    /** A part's value stands in the body as it is. */
    private static byte[] withoutParts(byte[] body, ContentType type) throws UnknownPlace {
        List<FormField> tokens;
        try {
            tokens = Form.fields(body, type, FIELD::equals);
        } catch (UnreadableBody e) {
            if (new String(body, StandardCharsets.ISO_8859_1).contains(FIELD)) {
                throw new UnknownPlace();
            }
            return body;
        }
        if (tokens.size() > MAX_COPIED) {
            throw new UnknownPlace();
        }
        byte[] redacted = body;
        for (FormField token : tokens) {
            redacted = withoutText(redacted, token.value());
        }
        return redacted;
    }

    /** For every copy, such as one in a place where no token belongs. */
    private static byte[] withoutText(byte[] body, byte[] wanted) {
        if (wanted.length < MIN_LENGTH) {
            return body;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length);
        int i = 0;
        while (i < body.length) {
            if (i + wanted.length <= body.length
                    && Arrays.equals(body, i, i + wanted.length, wanted, 0, wanted.length)) {
                out.writeBytes(WORD);
                i += wanted.length;
            } else {
                out.write(body[i++]);
            }
        }
        return out.toByteArray();
    }
}
