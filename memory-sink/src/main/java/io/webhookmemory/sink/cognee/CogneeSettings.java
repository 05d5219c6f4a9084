package io.webhookmemory.sink.cognee;

import io.webhookmemory.service.config.Secret;
import io.webhookmemory.service.config.SettingsReader;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * How to reach Cognee. With an API key that is sent; with user name and password a session is opened and renewed; with
 * neither the server must allow calls without.
 *
 * @param timeout of every call but building a graph
 * @param cognifyTimeout of building a graph, which is an LLM at work
 */
public record CogneeSettings(
        URI url,
        Optional<Secret> apiKey,
        Optional<String> username,
        Optional<Secret> password,
        Duration timeout,
        Duration cognifyTimeout) {

    public static CogneeSettings from(SettingsReader settings) {
        CogneeSettings cognee = new CogneeSettings(
                settings.url("COGNEE_URL", "http://localhost:8001"),
                settings.optionalSecret("COGNEE_API_KEY"),
                settings.optional("COGNEE_USERNAME"),
                settings.optionalSecret("COGNEE_PASSWORD"),
                settings.seconds("COGNEE_TIMEOUT", 30, 0.1, 600),
                settings.seconds("COGNEE_COGNIFY_TIMEOUT", 1800, 1, 7200));
        if (cognee.username.isPresent() != cognee.password.isPresent()) {
            settings.problem("COGNEE_USERNAME and COGNEE_PASSWORD must be set both or not at all");
        }
        return cognee;
    }
}
