package io.webhookmemory.zoho.webhook;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads the parameter {@code token} of a form or a query string before the sender is authenticated. Of the other parameters,
 * only the names are decoded.
 */
public final class TokenParameter {
    /** Exceeds the number of parameters that a URL of 8 KiB needs. */
    private static final int MAX_PARAMETERS = 100;

    /** The result of looking for the token in a body. */
    public sealed interface Found {
        /** The body is not a form. */
        record NoForm() implements Found {}

        /** The form cannot be parsed. */
        record Malformed() implements Found {}

        /** The body is a form. The token is empty if the form has none; the first of several counts. */
        record InForm(Optional<byte[]> token) implements Found {}
    }

    private TokenParameter() {}

    /** @param contentType nullable */
    public static Found inForm(byte[] body, String contentType) {
        ContentType type = ContentType.of(contentType);
        if (!Form.is(body, type)) {
            return new Found.NoForm();
        }
        try {
            return new Found.InForm(Form.fields(body, type, TokenRedaction.FIELD::equals).stream()
                    .findFirst()
                    .map(FormField::value));
        } catch (UnreadableBody e) {
            return new Found.Malformed();
        }
    }

    /** @param query a URL's query string; nullable */
    public static Optional<byte[]> inQuery(String query) {
        if (query == null) {
            return Optional.empty();
        }
        byte[] text = query.getBytes(StandardCharsets.UTF_8);
        return UrlEncoded.pairs(text, MAX_PARAMETERS).stream()
                .filter(pair -> isToken(pair, text))
                .findFirst()
                .flatMap(pair -> pair.value(text));
    }

    static boolean isToken(UrlEncoded.Pair pair, byte[] text) {
        return pair.name(text)
                .filter(name -> TokenRedaction.FIELD.equals(new String(name, StandardCharsets.UTF_8)))
                .isPresent();
    }
}
