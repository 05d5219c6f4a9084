package io.webhookmemory.ingress.auth;

/** Which proofs of origin are accepted. */
public enum AuthMode {
    SIGNATURE,
    CHANNEL_TOKEN,
    BOTH
}
