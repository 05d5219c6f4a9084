package io.webhookmemory.ingress.auth;

/**
 * What a request presents beside its body to prove its sender. Not for logs.
 *
 * @param signature the {@code X-Zoho-Signature} header; nullable
 * @param token the {@code X-Webhook-Token} header; nullable
 * @param query the query string, undecoded; nullable
 * @param contentType of the body; nullable
 */
public record Presented(String signature, String token, String query, String contentType) {
    /** A request without any of these but a signature; nullable. */
    public static Presented signature(String header) {
        return new Presented(header, null, null, null);
    }

    @Override
    public String toString() {
        return "Presented";
    }
}
