package io.webhookmemory.e2e.deployment;

import io.webhookmemory.console.ConsoleSettings;
import io.webhookmemory.ingress.IngressSettings;
import io.webhookmemory.processor.ProcessorSettings;
import io.webhookmemory.service.ServiceSettings;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.sink.SinkSettings;
import io.webhookmemory.subscriptions.SubscriptionsService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files that deploy the services, as data, and what the code has in their place. */
final class DeploymentFiles {
    static final List<String> SERVICES =
            List.of("ingress", "subscriptions", "stream-processor", "memory-sink", "console");
    private static final Path ROOT = Path.of("..");

    private DeploymentFiles() {}

    static String read(String file) {
        try {
            return Files.readString(ROOT.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every document of a YAML file, anchors and merged maps resolved. */
    static List<Map<String, Object>> yaml(String file) {
        List<Map<String, Object>> documents = new ArrayList<>();
        for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(read(file))) {
            documents.add(map(document));
        }
        return documents;
    }

    @SuppressWarnings("unchecked") // YAML's maps have text for keys in all of our files.
    static Map<String, Object> map(Object node) {
        return (Map<String, Object>) node;
    }

    /** Walks down maps by their keys and lists by their indices; null where there is nothing. */
    static Object at(Object node, Object... path) {
        Object found = node;
        for (Object step : path) {
            if (found instanceof List<?> list && step instanceof Integer index) {
                found = index < list.size() ? list.get(index) : null;
            } else {
                found = found instanceof Map<?, ?> map ? map.get(step) : null;
            }
        }
        return found;
    }

    /** A service's settings where nothing is set. */
    static ServiceSettings defaults(String service) {
        SettingsReader reader = new SettingsReader(new Environment(Map.of()));
        return switch (service) {
            case "ingress" -> IngressSettings.from(reader).service();
            case "subscriptions" -> SubscriptionsService.settings(reader);
            case "stream-processor" -> ProcessorSettings.from(reader).service();
            case "memory-sink" -> SinkSettings.from(reader).service();
            case "console" -> ConsoleSettings.from(reader).service();
            default -> throw new IllegalArgumentException(service);
        };
    }
}
