package io.webhookmemory.testkit.cognee;

import io.javalin.http.Context;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Who may call: every caller, holders of one key, or of a session. Thread-safe. */
final class Access {
    private static final String HELP =
            "Authentication required (auth posture: explicit REQUIRE_AUTHENTICATION). For single-user local use, set"
                    + " ENABLE_BACKEND_ACCESS_CONTROL=false and restart.";

    private final Set<String> sessions = ConcurrentHashMap.newKeySet();
    private volatile Optional<String> apiKey = Optional.empty();
    private volatile Optional<Login> login = Optional.empty();

    private record Login(String username, String password) {}

    void requireApiKey(String key) {
        apiKey = Optional.of(key);
    }

    void requireNoKey() {
        apiKey = Optional.empty();
    }

    void requireLogin(String username, String password) {
        login = Optional.of(new Login(username, password));
    }

    void expireSessions() {
        sessions.clear();
    }

    void check(Context call, CogneeVersion version) {
        if (apiKey.isEmpty() && login.isEmpty()) {
            return;
        }
        boolean knownKey = apiKey.isPresent() && apiKey.get().equals(call.header("X-Api-Key"));
        String authorization = Optional.ofNullable(call.header("Authorization")).orElse("");
        boolean knownSession =
                authorization.startsWith("Bearer ") && sessions.contains(authorization.substring("Bearer ".length()));
        if (!knownKey && !knownSession) {
            throw Refusal.plain(401, version == CogneeVersion.V1_5 ? "Unauthorized" : HELP);
        }
    }

    void login(Context call) {
        Login given = new Login(call.formParam("username"), call.formParam("password"));
        if (!login.equals(Optional.of(given))) {
            throw Refusal.plain(400, "LOGIN_BAD_CREDENTIALS");
        }
        String token = UUID.randomUUID().toString();
        sessions.add(token);
        call.json(Map.of("access_token", token, "token_type", "bearer"));
    }
}
