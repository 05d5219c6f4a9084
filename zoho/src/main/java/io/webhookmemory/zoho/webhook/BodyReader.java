package io.webhookmemory.zoho.webhook;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.zoho.webhook.Parsed.Unreadable.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Reads the JSON object or the form in a body. The content type matters only if the body is not a JSON object, since senders
 * post JSON with any content type.
 */
final class BodyReader {
    private static final char BYTE_ORDER_MARK = '\ufeff';

    private BodyReader() {}

    /** @param contentType nullable */
    static Body read(byte[] body, String contentType) throws UnreadableBody {
        ContentType type = ContentType.of(contentType);
        return Form.is(body, type) ? form(Form.fields(body, type, name -> true)) : json(body, type);
    }

    private static Body form(List<FormField> fields) throws UnreadableBody {
        ObjectNode object = Json.MAPPER.createObjectNode();
        for (FormField field : fields) {
            String text = field.text()
                    .orElseThrow(() -> new UnreadableBody(Reason.BAD_FORM, "a value is not text in its charset"));
            if (field.name().isEmpty() || field.name().chars().anyMatch(Character::isISOControl)) {
                throw new UnreadableBody(Reason.BAD_FORM, "a field has no name, or one with control characters");
            }
            if (object.has(field.name())) {
                throw new UnreadableBody(Reason.DUPLICATE_NAME);
            }
            object.put(field.name(), text);
        }
        return new Body(object, true, false);
    }

    // A merge field with line breaks results in JSON with unescaped control characters. This is the only repair: JSON
    // that
    // is broken by a quotation mark is ambiguous.
    private static Body json(byte[] body, ContentType type) throws UnreadableBody {
        Optional<String> text = text(body, type);
        try (JsonParser parser = parser(body, text)) {
            return new Body(object(parser), false, false);
        } catch (IOException | NumberFormatException e) {
            // Jackson throws NumberFormatException for exponents with too many digits.
        }
        try (JsonParser parser = parser(body, text)) {
            parser.enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS.mappedFeature());
            return new Body(object(parser), false, true);
        } catch (JsonProcessingException e) {
            throw new UnreadableBody(Reason.NOT_JSON, position(e.getLocation()));
        } catch (IOException | NumberFormatException e) {
            throw new UnreadableBody(Reason.NOT_JSON);
        }
    }

    private static String position(JsonLocation location) {
        return location == null
                ? ""
                : "the JSON breaks off at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    /** Empty for UTF-8, which Jackson decodes itself, and if the bytes are invalid in the declared charset. */
    private static Optional<String> text(byte[] body, ContentType type) {
        return type.charset()
                .filter(charset -> !charset.equals(StandardCharsets.UTF_8))
                .flatMap(charset -> Charsets.decoded(body, charset))
                .map(BodyReader::withoutMarks);
    }

    private static JsonParser parser(byte[] body, Optional<String> text) throws IOException {
        if (text.isPresent()) {
            return Json.MAPPER.createParser(text.get());
        }
        int start = ByteOrderMarks.length(body);
        return Json.MAPPER.createParser(body, start, body.length - start);
    }

    private static String withoutMarks(String text) {
        int start = 0;
        while (start < text.length() && text.charAt(start) == BYTE_ORDER_MARK) {
            start++;
        }
        return text.substring(start);
    }

    // Two fields of the same name are an error: a tree keeps the last one, but the authentication reads the first token
    // it
    // finds, so the two would see different values.
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
