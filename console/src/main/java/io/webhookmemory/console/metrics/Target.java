package io.webhookmemory.console.metrics;

import io.webhookmemory.service.config.SettingsReader;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * A service whose metrics are read.
 *
 * @param url of its management port; a name that stands for several addresses is several instances
 */
public record Target(String service, URI url) {
    private static final List<String> DEFAULTS = List.of(
            "ingress=http://localhost:9101",
            "stream-processor=http://localhost:9102",
            "memory-sink=http://localhost:9103",
            "subscriptions=http://localhost:9104");

    public static List<Target> listFrom(SettingsReader settings) {
        List<Target> targets = new ArrayList<>();
        for (String text : settings.list("CONSOLE_SERVICES", DEFAULTS)) {
            try {
                targets.add(parse(text));
            } catch (IllegalArgumentException e) {
                settings.problem("CONSOLE_SERVICES must list services as name=http://host:port, separated by commas");
            }
        }
        return List.copyOf(targets);
    }

    private static Target parse(String text) {
        String[] parts = text.split("=", 2);
        URI url = URI.create(parts[parts.length - 1].strip().replaceFirst("/$", ""));
        if (parts.length != 2
                || url.getHost() == null
                || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
            throw new IllegalArgumentException("not a service");
        }
        return new Target(parts[0].strip(), url);
    }
}
