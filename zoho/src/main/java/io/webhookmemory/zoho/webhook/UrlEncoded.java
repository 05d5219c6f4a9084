package io.webhookmemory.zoho.webhook;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The pairs of an {@code application/x-www-form-urlencoded} text: where they are, and what they decode to. */
final class UrlEncoded {
    private UrlEncoded() {}

    /**
     * Where a pair is in the bytes.
     *
     * @param equals the place of its equals sign, or {@code to}
     */
    record Pair(int from, int equals, int to) {
        /** Empty where the percent encoding is broken. */
        Optional<byte[]> name(byte[] text) {
            return decoded(text, from, equals);
        }

        /** Empty where the percent encoding is broken. */
        Optional<byte[]> value(byte[] text) {
            return decoded(text, valueFrom(), to);
        }

        int valueFrom() {
            return Math.min(equals + 1, to);
        }
    }

    /** The pairs in their order, at most {@code max} of them. */
    static List<Pair> pairs(byte[] text, int max) {
        List<Pair> pairs = new ArrayList<>();
        int from = 0;
        while (from < text.length && pairs.size() < max) {
            int to = indexOf(text, '&', from, text.length);
            if (to > from) {
                pairs.add(new Pair(from, indexOf(text, '=', from, to), to));
            }
            from = to + 1;
        }
        return pairs;
    }

    private static int indexOf(byte[] text, char wanted, int from, int to) {
        int i = from;
        while (i < to && text[i] != wanted) {
            i++;
        }
        return i;
    }

    private static Optional<byte[]> decoded(byte[] text, int from, int to) {
        try {
            // In Latin-1 a character is a byte; which charset the bytes are in is decided by the reader of the form.
            String encoded = new String(text, from, to - from, StandardCharsets.ISO_8859_1);
            return Optional.of(
                    URLDecoder.decode(encoded, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
