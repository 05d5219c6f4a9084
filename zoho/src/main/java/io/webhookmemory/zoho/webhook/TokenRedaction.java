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
 * Removes the sender's token from the bytes of a body and leaves the other bytes unchanged. Also works if the body is not
 * valid JSON after the token.
 */
public final class TokenRedaction {
    static final String FIELD = "token";
    static final String REDACTED = "redacted";
    /** Valid tokens are longer; a shorter text may be part of any word. */
    private static final int MIN_LENGTH = 20;

    /** The number of tokens whose copies are searched for: each search is a pass over the body. */
    private static final int MAX_COPIED = 8;

    private static final byte[] WORD = REDACTED.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] QUOTED = ('"' + REDACTED + '"').getBytes(StandardCharsets.US_ASCII);

    /** The position of a token's value, and its decoded bytes. */
    private record Span(int from, int to, ByteBuffer token) {}

    /** The position of a token in the bytes is unknown. */
    private static final class UnknownPosition extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private TokenRedaction() {}

    /**
     * The body without its token, or the same array if it has none. Empty if it has one that cannot be removed.
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
        } catch (UnknownPosition e) {
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

    /** The positions of the values of top-level fields {@code token}, up to the first invalid JSON. */
    private static List<Span> jsonSpans(byte[] body) throws UnknownPosition {
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
                    // Both offsets are relative to the parser's start; they are -1 in encodings other than UTF-8.
                    long from = parser.currentTokenLocation().getByteOffset();
                    long to = parser.currentLocation().getByteOffset();
                    if (from < 0 || to <= from) {
                        throw new UnknownPosition();
                    }
                    spans.add(new Span(start + (int) from, start + (int) to, text));
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            // The tokens found before the invalid JSON count.
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

    /** The value of a part is not encoded, so the body contains it unchanged. */
    private static byte[] withoutParts(byte[] body, ContentType type) throws UnknownPosition {
        List<FormField> tokens;
        try {
            tokens = Form.fields(body, type, FIELD::equals);
        } catch (UnreadableBody e) {
            if (new String(body, StandardCharsets.ISO_8859_1).contains(FIELD)) {
                throw new UnknownPosition();
            }
            return body;
        }
        if (tokens.size() > MAX_COPIED) {
            throw new UnknownPosition();
        }
        byte[] redacted = body;
        for (FormField token : tokens) {
            redacted = withoutText(redacted, token.value());
        }
        return redacted;
    }

    /** Removes every copy of the text, including copies outside the field {@code token}. */
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
