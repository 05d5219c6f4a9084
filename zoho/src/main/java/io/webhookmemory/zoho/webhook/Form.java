package io.webhookmemory.zoho.webhook;

import io.webhookmemory.zoho.webhook.Parsed.Unreadable.Reason;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Reads a form, {@code application/x-www-form-urlencoded} or {@code multipart/form-data}, in time and memory linear in the
 * size of the body.
 */
final class Form {
    /** Exceeds the number of fields of any module. */
    static final int MAX_FIELDS = 1000;

    private Form() {}

    /**
     * Whether to read a body as a form. The content type is not sufficient: Zoho Commerce posts JSON as {@code
     * application/x-www-form-urlencoded}.
     */
    static boolean is(byte[] body, ContentType type) {
        int first = ByteOrderMarks.length(body);
        while (first < body.length && body[first] <= ' ' && body[first] >= 0) {
            first++;
        }
        if (first == body.length || body[first] == '{' || body[first] == '[') {
            return false;
        }
        return type.isMultipart() || (type.isUrlEncoded() && contains(body, '='));
    }

    private static boolean contains(byte[] body, char wanted) {
        for (byte b : body) {
            if (b == wanted) {
                return true;
            }
        }
        return false;
    }

    /** The fields with wanted names, in the order of the body. */
    static List<FormField> fields(byte[] body, ContentType type, Predicate<String> wanted) throws UnreadableBody {
        return type.isMultipart() ? Multipart.fields(body, type, wanted) : urlEncoded(body, type, wanted);
    }

    private static List<FormField> urlEncoded(byte[] body, ContentType type, Predicate<String> wanted)
            throws UnreadableBody {
        Charset charset = type.charset().orElse(StandardCharsets.UTF_8);
        List<UrlEncoded.Pair> pairs = UrlEncoded.pairs(body, MAX_FIELDS + 1);
        if (pairs.size() > MAX_FIELDS) {
            throw tooMany();
        }
        List<FormField> fields = new ArrayList<>();
        for (UrlEncoded.Pair pair : pairs) {
            String name = name(pair.name(body).orElseThrow(Form::badEncoding), charset);
            if (wanted.test(name)) {
                fields.add(new FormField(name, pair.value(body).orElseThrow(Form::badEncoding), charset));
            }
        }
        return fields;
    }

    private static String name(byte[] name, Charset charset) throws UnreadableBody {
        Optional<String> text = new FormField("", name, charset).text();
        return text.orElseThrow(() -> new UnreadableBody(Reason.BAD_FORM, "a name is not text in its charset"));
    }

    static UnreadableBody tooMany() {
        return new UnreadableBody(Reason.BAD_FORM, "more than " + MAX_FIELDS + " fields");
    }

    private static UnreadableBody badEncoding() {
        return new UnreadableBody(Reason.BAD_FORM, "a percent sign is not followed by two hexadecimal digits");
    }
}
