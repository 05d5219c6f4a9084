package io.webhookmemory.topics.digest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** SHA-256 of texts, in UTF-8, and of bytes. Thread-safe. */
public final class Sha256 {
    /** One for each thread: to look the algorithm up takes longer than to digest a short text. */
    private static final ThreadLocal<MessageDigest> OF_THREAD = ThreadLocal.withInitial(Sha256::newDigest);

    private Sha256() {}

    /** A new digest, for content that is written piece by piece. */
    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    public static byte[] of(byte[] bytes) {
        MessageDigest digest = OF_THREAD.get();
        digest.reset();
        return digest.digest(bytes);
    }

    public static byte[] of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The digest as 64 lower-case hexadecimal digits. */
    public static String hex(String text) {
        return HexFormat.of().formatHex(of(text));
    }

    /** The digest of several texts one after the other, without joining them. */
    public static String hex(List<String> texts) {
        MessageDigest digest = OF_THREAD.get();
        digest.reset();
        for (String text : texts) {
            digest.update(text.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
