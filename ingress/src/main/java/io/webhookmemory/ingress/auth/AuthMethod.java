package io.webhookmemory.ingress.auth;

/** How a sender authenticates a webhook. */
public enum AuthMethod {
    /** An HMAC over the body, in a header. */
    SIGNATURE,
    /** The token that a Zoho channel was registered with, in the body. */
    CHANNEL_TOKEN,
    /** One of a few configured tokens, in a header or in the body: for senders that cannot sign. */
    STATIC_TOKEN
}
