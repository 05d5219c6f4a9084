package io.webhookmemory.cognee;

import io.webhookmemory.service.config.Secret;
import io.webhookmemory.service.config.SettingsReader;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * How to reach Cognee. An API key is sent if there is one; otherwise a session is opened and renewed with user name and
 * password; with neither, the server must allow calls without credentials.
 *
 * @param url may have a path, as behind a reverse proxy; {@code /api/v1} and {@code /health} are below it
 * @param timeout of every call except building a graph
 * @param cognifyTimeout of building a graph, for which an LLM works
 * @param healthTimeout of health calls; Cognee checks its databases before it responds
 */
public record CogneeSettings(
        URI url,
        Optional<Secret> apiKey,
        Optional<String> username,
        Optional<Secret> password,
        Duration timeout,
        Duration cognifyTimeout,
        Duration healthTimeout) {

    public static CogneeSettings from(SettingsReader settings) {
        CogneeSettings cognee = new CogneeSettings(
                settings.url("COGNEE_URL", "http://localhost:8001"),
                settings.optionalSecret("COGNEE_API_KEY"),
                settings.optional("COGNEE_USERNAME"),
                settings.optionalSecret("COGNEE_PASSWORD"),
                settings.seconds("COGNEE_TIMEOUT", 30, 0.1, 600),
                settings.seconds("COGNEE_COGNIFY_TIMEOUT", 1800, 1, 7200),
                settings.seconds("COGNEE_HEALTH_TIMEOUT", 5, 0.1, 60));
        if (cognee.username.isPresent() != cognee.password.isPresent()) {
            settings.problem("COGNEE_USERNAME and COGNEE_PASSWORD must be set both or not at all");
        }
        return cognee;
    }
}
