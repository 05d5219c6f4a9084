package io.webhookmemory.console.access;

import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.topics.digest.Sha256;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Optional;

/** Finds out who sends a request. Thread-safe. */
public final class Access {
    private static final String COOKIE = "console_session";
    private static final String SESSION = "session";
    private static final String BEARER = "Bearer ";
    private static final int MAX_USER_NAME = 100;

    private final AccessSettings settings;
    private final Sessions sessions;
    private final LoginAttempts attempts;

    /** How a login ended. */
    public enum Login {
        SUCCEEDED,
        WRONG,
        TOO_MANY
    }

    public Access(AccessSettings settings, Clock clock) {
        this.settings = settings;
        this.sessions = new Sessions(clock);
        this.attempts = new LoginAttempts(clock);
    }

    /** The user's name; empty if a login is required first. */
    public Optional<String> user(Context ctx) {
        if (settings.isOpen()) {
            return Optional.of("local");
        }
        return forwarded(ctx)
                .or(() -> isBearer(ctx) ? Optional.of("token") : Optional.empty())
                .or(() -> sessions.user(session(ctx)));
    }

    private Optional<String> forwarded(Context ctx) {
        return settings.header()
                .filter(name -> settings.isTrustedProxy(ctx.ip()))
                .map(ctx::header)
                .map(String::strip)
                .filter(name -> !name.isEmpty() && name.length() <= MAX_USER_NAME);
    }

    /** Whether the request carries the token itself; a browser never does so by itself, so no other site can send it. */
    boolean isBearer(Context ctx) {
        String authorization = ctx.header("Authorization");
        return authorization != null
                && authorization.startsWith(BEARER)
                && isSecret(settings.token(), authorization.substring(BEARER.length()));
    }

    /** Whether there is a password or token to log in with. */
    public boolean hasLogin() {
        return settings.password().isPresent() || settings.token().isPresent();
    }

    public boolean canWrite() {
        return settings.write();
    }

    /** Checks a password or token and begins a session. */
    public Login login(Context ctx, String secret) {
        if (!attempts.admit(ctx.ip())) {
            return Login.TOO_MANY;
        }
        // Both, whatever the first says: the time taken must not depend on it.
        boolean isPassword = isSecret(settings.password(), secret);
        boolean isToken = isSecret(settings.token(), secret);
        if (!isPassword && !isToken) {
            return Login.WRONG;
        }
        attempts.succeeded(ctx.ip());
        setCookie(ctx, sessions.begin("operator"));
        return Login.SUCCEEDED;
    }

    public void logout(Context ctx) {
        sessions.end(session(ctx));
        setCookie(ctx, sessions.newId());
    }

    /** The token that forms of this browser must contain. */
    public String csrfToken(Context ctx) {
        return sessions.csrfToken(session(ctx));
    }

    boolean isCsrfToken(Context ctx, String token) {
        return token != null && ctx.cookie(COOKIE) != null && sessions.isCsrfToken(session(ctx), token);
    }

    /** The browser's session, a new one where it has none. */
    private String session(Context ctx) {
        String known = ctx.attribute(SESSION);
        if (known == null) {
            known = ctx.cookie(COOKIE);
            if (known == null) {
                known = sessions.newId();
                setCookie(ctx, known);
            }
            ctx.attribute(SESSION, known);
        }
        return known;
    }

    private void setCookie(Context ctx, String id) {
        ctx.attribute(SESSION, id);
        Cookie cookie = new Cookie(COOKIE, id);
        cookie.setPath("/");
        cookie.setHttpOnly(true);
        cookie.setSameSite(SameSite.STRICT);
        cookie.setSecure(isHttps(ctx));
        ctx.cookie(cookie);
    }

    private boolean isHttps(Context ctx) {
        return ctx.scheme().equals("https")
                || (settings.isTrustedProxy(ctx.ip()) && "https".equalsIgnoreCase(ctx.header("X-Forwarded-Proto")));
    }

    private static boolean isSecret(Optional<Secret> secret, String given) {
        // Digests have one length, so that the time taken does not tell the length either.
        byte[] wanted = Sha256.of(secret.map(Secret::value).orElse(""));
        boolean equal = MessageDigest.isEqual(wanted, Sha256.of(given));
        return equal && secret.isPresent();
    }
}
