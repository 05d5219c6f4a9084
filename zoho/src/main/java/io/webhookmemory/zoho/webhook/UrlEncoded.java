package io.webhookmemory.zoho.webhook;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The pairs of an {@code application/x-www-form-urlencoded} text: their positions and their decoded values. */
final class UrlEncoded {
    private UrlEncoded() {}

    /**
     * The position of a pair in the bytes.
     *
     * @param equals the position of its equals sign, or {@code to} if it has none
     */
    record Pair(int from, int equals, int to) {
        /** Empty if the percent encoding is invalid. */
        Optional<byte[]> name(byte[] text) {
            return decoded(text, from, equals);
        }

        /** Empty if the percent encoding is invalid. */
        Optional<byte[]> value(byte[] text) {
            return decoded(text, valueFrom(), to);
        }

        int valueFrom() {
            return Math.min(equals + 1, to);
        }
    }

    /** The first {@code max} pairs, in order. */
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
            // In Latin-1, each character is one byte. The caller decodes the bytes with the charset of the form.
            String encoded = new String(text, from, to - from, StandardCharsets.ISO_8859_1);
            return Optional.of(
                    URLDecoder.decode(encoded, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
