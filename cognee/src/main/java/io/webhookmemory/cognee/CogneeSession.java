package io.webhookmemory.cognee;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * The session of a user name and a password. It ends after an hour or when Cognee restarts, which only a 401 tells;
 * then one caller logs in again and all others use the new session. Thread-safe.
 */
final class CogneeSession {
    private final Supplier<String> login;
    private Optional<String> token = Optional.empty();

    /** @param login logs in and returns the token */
    CogneeSession(Supplier<String> login) {
        this.login = login;
    }

    synchronized String token() {
        if (token.isEmpty()) {
            token = Optional.of(login.get());
        }
        return token.get();
    }

    /** @param ended the token that was refused; a newer one stays */
    synchronized void end(String ended) {
        if (token.equals(Optional.of(ended))) {
            token = Optional.empty();
        }
    }
}
