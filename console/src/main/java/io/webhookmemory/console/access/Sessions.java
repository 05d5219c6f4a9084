package io.webhookmemory.console.access;

import io.webhookmemory.service.config.Hmac;
import io.webhookmemory.service.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who is logged in. A session is a random name that the browser keeps in a cookie; it ends after some hours, with
 * {@link #end}, and with the process. Thread-safe.
 */
final class Sessions {
    private static final int MAX_SESSIONS = 200;
    private static final Duration LIFE = Duration.ofHours(10);
    private static final int RANDOM_BYTES = 32;

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Hmac csrf = new Hmac(new Secret(newId()));
    /** The oldest first, which go when there are too many. */
    private final Map<String, Session> sessions = new LinkedHashMap<>();

    private record Session(String user, Instant ends) {}

    Sessions(Clock clock) {
        this.clock = clock;
    }

    /** A name for a browser; it belongs to no user until {@link #begin}. */
    String newId() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Logs a user in under a new name, so that a name planted before the login is of no use. */
    synchronized String begin(String user) {
        String id = newId();
        sessions.put(id, new Session(user, clock.instant().plus(LIFE)));
        if (sessions.size() > MAX_SESSIONS) {
            sessions.remove(sessions.keySet().iterator().next());
        }
        return id;
    }

    synchronized Optional<String> user(String id) {
        return Optional.ofNullable(sessions.get(id))
                .filter(session -> clock.instant().isBefore(session.ends()))
                .map(Session::user);
    }

    synchronized void end(String id) {
        sessions.remove(id);
    }

    /** What every form of this browser must contain; another site cannot know it. */
    String csrfToken(String id) {
        byte[] tag = csrf.of(id.getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(tag);
    }

    boolean isCsrfToken(String id, String token) {
        return MessageDigest.isEqual(
                csrfToken(id).getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }
}
