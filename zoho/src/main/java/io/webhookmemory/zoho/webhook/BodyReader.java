package io.webhookmemory.zoho.webhook;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.zoho.webhook.Parsed.Unreadable.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the JSON object that a body holds. Of the content type only the charset is looked at: senders post JSON under any
 * type.
 */
final class BodyReader {
    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([A-Za-z0-9._:+-]{1,40})", Pattern.CASE_INSENSITIVE);
    private static final char BYTE_ORDER_MARK = '\ufeff';

    private BodyReader() {}

    /**
     * The object with its top-level fields in the order of the body.
     *
     * @param contentType nullable
     */
    static ObjectNode read(byte[] body, String contentType) throws UnreadableBody {
        try (JsonParser parser = parser(body, contentType)) {
            return object(parser);
        } catch (IOException | NumberFormatException e) {
            // Jackson throws the latter for exponents of more digits than any number has.
            throw new UnreadableBody(Reason.NOT_JSON);
        }
    }

    private static JsonParser parser(byte[] body, String contentType) throws IOException {
        Optional<String> text = charset(contentType).flatMap(charset -> decoded(body, charset));
        if (text.isPresent()) {
            return Json.MAPPER.createParser(withoutMarks(text.get()));
        }
        int start = ByteOrderMarks.length(body);
        return Json.MAPPER.createParser(body, start, body.length - start);
    }

    /** Empty for UTF-8, which Jackson reads by itself, and for a charset that this JVM does not know. */
    private static Optional<Charset> charset(String contentType) {
        Matcher charset = CHARSET.matcher(contentType == null ? "" : contentType);
        if (!charset.find()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Charset.forName(charset.group(1)))
                    .filter(found -> !found.equals(StandardCharsets.UTF_8));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return Optional.empty();
        }
    }

    /** Empty where the bytes are not in that charset: the sender declared a wrong one. */
    private static Optional<String> decoded(byte[] body, Charset charset) {
        try {
            return Optional.of(
                    charset.newDecoder().decode(ByteBuffer.wrap(body)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static String withoutMarks(String text) {
        int start = 0;
        while (start < text.length() && text.charAt(start) == BYTE_ORDER_MARK) {
            start++;
        }
        return text.substring(start);
    }

    // Of two fields of one name a tree keeps the last, and a streaming reader of the token meets the first: such a body
    // says one thing to the authentication and another to the parser.
    private static ObjectNode object(JsonParser parser) throws IOException, UnreadableBody {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new UnreadableBody(Reason.NOT_JSON);
        }
        ObjectNode object = Json.MAPPER.createObjectNode();
        boolean duplicate = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            duplicate |= object.replace(name, Json.MAPPER.readTree(parser)) != null;
        }
        if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
            throw new UnreadableBody(Reason.NOT_JSON);
        }
        if (duplicate) {
            throw new UnreadableBody(Reason.DUPLICATE_NAME);
        }
        return object;
    }
}
