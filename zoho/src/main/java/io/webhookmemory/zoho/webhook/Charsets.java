package io.webhookmemory.zoho.webhook;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Optional;

/** Decodes text strictly: invalid bytes are an error and are not replaced. */
final class Charsets {
    private Charsets() {}

    /** Empty if the bytes are invalid in that charset. */
    static Optional<String> decoded(byte[] bytes, Charset charset) {
        try {
            return Optional.of(
                    charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
