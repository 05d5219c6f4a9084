package io.webhookmemory.ingress.auth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.webhookmemory.zoho.webhook.ByteOrderMarks;
import java.io.IOException;

/**
 * The proof that JSON carries in its body: a channel's id and the token it was registered with, or a static token alone.
 * Only these two top-level fields are read before the sender is known, without building anything of the rest.
 *
 * @param channelId null where the body has none
 * @param token null where the body has none
 */
record BodyToken(String channelId, String token) {
    /**
     * Names are neither interned nor kept in a symbol table: the sender is unknown, and distinct or hash-colliding names
     * would cost a hundred times what reading them does. Control characters within strings, which the parser of the whole
     * body repairs, must not hide the token behind them.
     */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .build();

    /** @throws IOException where the body is no JSON object as far as it was read, and no token comes before */
    static BodyToken read(byte[] body) throws IOException {
        String channelId = null;
        String token = null;
        try (JsonParser parser = parser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not an object");
            }
            while ((channelId == null || token == null) && parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value == null) {
                    throw new IOException("cut short");
                }
                switch (name) {
                    case "channel_id" -> channelId = scalar(parser, value);
                    case "token" -> token = scalar(parser, value);
                    default -> {}
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            // The sender of JSON that a merge field broke behind its token gets to know where.
            if (token == null) {
                throw e;
            }
        }
        return new BodyToken(channelId, token);
    }

    private static JsonParser parser(byte[] body) throws IOException {
        int start = ByteOrderMarks.length(body);
        return FACTORY.createParser(body, start, body.length - start);
    }

    private static String scalar(JsonParser parser, JsonToken value) throws IOException {
        return value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NUMBER_INT ? parser.getText() : null;
    }
}
