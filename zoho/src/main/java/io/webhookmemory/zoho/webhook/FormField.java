package io.webhookmemory.zoho.webhook;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One field of a form. */
final class FormField {
    private final String name;
    private final byte[] value;
    private final Charset charset;

    /**
     * @param value the bytes after percent decoding
     * @param charset the charset that the sender declares, or UTF-8
     */
    FormField(String name, byte[] value, Charset charset) {
        this.name = name;
        this.value = value;
        this.charset = charset;
    }

    String name() {
        return name;
    }

    byte[] value() {
        return value;
    }

    /** Empty if the bytes are valid neither in the declared charset nor in UTF-8. */
    Optional<String> text() {
        return Charsets.decoded(value, charset).or(() -> Charsets.decoded(value, StandardCharsets.UTF_8));
    }
}
