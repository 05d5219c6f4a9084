package io.webhookmemory.ingress.auth;

import io.webhookmemory.service.config.Hmac;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The signatures in a header. While a sender rotates its secret, the header holds several, separated by commas or blanks.
 * Each is in hex, base64 or base64url, with or without the prefix {@code sha256=}.
 */
final class Signatures {
    /** Bounds the number of guesses that an attacker can make with one request. */
    static final int MAX_CANDIDATES = 8;

    private static final String PREFIX = "sha256=";
    private static final HexFormat HEX = HexFormat.of();

    private Signatures() {}

    /** The candidates with a signature's length; empty if there are none, or if there are too many candidates. */
    static List<byte[]> of(String header) {
        String[] candidates = header.strip().split("[,\\s]+", MAX_CANDIDATES + 1);
        List<byte[]> signatures = new ArrayList<>();
        if (candidates.length <= MAX_CANDIDATES) {
            for (String candidate : candidates) {
                decoded(candidate)
                        .filter(signature -> signature.length == Hmac.LENGTH)
                        .ifPresent(signatures::add);
            }
        }
        return signatures;
    }

    private static Optional<byte[]> decoded(String candidate) {
        boolean prefixed = candidate.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
        String text = prefixed ? candidate.substring(PREFIX.length()) : candidate;
        try {
            // 32 bytes are 64 characters in hex, and 43 or 44 in base64.
            return Optional.of(
                    text.length() == 2 * Hmac.LENGTH
                            ? HEX.parseHex(text.toLowerCase(Locale.ROOT))
                            : Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/')));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
