package io.webhookmemory.ingress.auth;

/**
 * The credentials of a request outside its body. Never logged.
 *
 * @param signature the {@code X-Zoho-Signature} header; nullable
 * @param token the {@code X-Webhook-Token} header; nullable
 * @param query the query string, undecoded; nullable
 * @param contentType of the body; nullable
 */
public record Presented(String signature, String token, String query, String contentType) {
    @Override
    public String toString() {
        return "Presented";
    }
}
