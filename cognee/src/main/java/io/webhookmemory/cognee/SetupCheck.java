package io.webhookmemory.cognee;

import java.net.URI;

/** Makes two small calls, one of which needs the credentials, and reports what to check if they fail. Thread-safe. */
final class SetupCheck {
    private final CogneeHttp http;
    private final CogneeSettings settings;

    SetupCheck(CogneeHttp http, CogneeSettings settings) {
        this.http = http;
        this.settings = settings;
    }

    /** @throws MemoryException with a message for the operator */
    void run() {
        try {
            if (http.version().isEmpty()) {
                throw new MemoryException(new Failure.Outage("not_cognee"), "no version", null);
            }
            // Cognee responds in milliseconds whatever memory holds, and applies the same authorization as to every
            // other call.
            http.send(http.get("me", "/auth/me"));
        } catch (MemoryException e) {
            throw new MemoryException(e.failure(), problem(e), e);
        }
    }

    private String problem(MemoryException e) {
        String where = "Cognee at " + withoutCredentials(settings.url());
        return switch (e.failure().reason()) {
            case "unreachable" -> where + " cannot be reached: check COGNEE_URL, and whether Cognee runs";
            case "not_trusted" ->
                where + " has a certificate that is not trusted: check COGNEE_URL and the certificate";
            case "not_cognee" -> where + " does not respond like Cognee: check COGNEE_URL" + hintOnPath();
            case "http_401" -> where + hintOnCredentials();
            case "login_refused" -> where + " refuses the login: check COGNEE_USERNAME and COGNEE_PASSWORD";
            case Failure.TIMEOUT ->
                where + " does not respond in time: check COGNEE_URL, and whether Cognee is overloaded";
            default -> where + " does not work (" + e.failure().reason() + "): check Cognee's log";
        };
    }

    private String hintOnPath() {
        String path = settings.url().getPath();
        return path != null && path.contains("/api")
                ? "; it must be given without /api/v1"
                : "; it is Cognee's address without /api/v1";
    }

    private String hintOnCredentials() {
        if (settings.apiKey().isPresent()) {
            return " refuses the API key: check COGNEE_API_KEY";
        }
        return settings.username().isPresent()
                ? " does not accept the session it opened: check COGNEE_USERNAME, and Cognee's log"
                : " requires a login: set COGNEE_API_KEY, or COGNEE_USERNAME and COGNEE_PASSWORD";
    }

    private static String withoutCredentials(URI url) {
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        String path = url.getPath() == null ? "" : url.getPath();
        return url.getScheme() + "://" + url.getHost() + port + path;
    }
}
