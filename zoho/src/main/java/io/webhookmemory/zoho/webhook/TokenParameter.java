package io.webhookmemory.zoho.webhook;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads the parameter {@code token} of a form or a query string before the sender is known: nothing else of it is decoded
 * but the names.
 */
public final class TokenParameter {
    /** More parameters than a URL of 8 KiB has use for. */
    private static final int MAX_PARAMETERS = 100;

    /** What a form holds. */
    public sealed interface Found {
        /** The body is no form. */
        record NoForm() implements Found {}

        /** A form that cannot be read. */
        record Broken() implements Found {}

        /** A form and the bytes of its token; empty where it has none. Of several the first counts. */
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
            return new Found.Broken();
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
