package io.webhookmemory.service.config;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256 under one secret. Thread-safe. */
public final class Hmac {
    public static final int LENGTH = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private final Mac prototype;

    public Hmac(Secret secret) {
        try {
            prototype = Mac.getInstance(ALGORITHM);
            prototype.init(new SecretKeySpec(secret.bytes(), ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + ALGORITHM, e);
        }
    }

    public byte[] of(byte[] message) {
        try {
            // A clone is already keyed and belongs to this call alone.
            return ((Mac) prototype.clone()).doFinal(message);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JVM's " + ALGORITHM + " can be cloned", e);
        }
    }
}
