package io.webhookmemory.ingress.auth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.webhookmemory.zoho.webhook.ByteOrderMarks;
import java.io.IOException;

/**
 * The credentials in a JSON body: a channel's id and the token it was registered with, or only a static token. Before the
 * sender is authenticated, only these two top-level fields are read; no tree is built for the rest.
 *
 * @param channelId null if the body has none
 * @param token null if the body has none
 */
record BodyToken(String channelId, String token) {
    /**
     * Field names are neither interned nor kept in a symbol table: the sender is not authenticated yet, and distinct or
     * hash-colliding names would make the table a hundred times as expensive as parsing. Unescaped control characters in
     * strings are allowed, since the parser of the whole body accepts them too and a token may follow them.
     */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .build();

    /** @throws IOException if the body is not a JSON object, or is invalid JSON before its token */
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
            // A merge field can break the JSON after the token. The sender is then authenticated, and the response says
            // where.
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
