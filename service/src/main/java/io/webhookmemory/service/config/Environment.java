package io.webhookmemory.service.config;

import io.github.cdimascio.dotenv.Dotenv;
import io.github.cdimascio.dotenv.DotenvEntry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The variables a service is configured from: an immutable snapshot, so that two reads never disagree.
 *
 * @param variables by name; a blank value counts as not set, as an empty line in {@code .env} does
 */
public record Environment(Map<String, String> variables) {

    public Environment {
        variables = Map.copyOf(variables);
    }

    /** The process's own variables over those of a {@code .env} file in the working directory, if there is one. */
    public static Environment ofProcess() {
        Map<String, String> variables = new HashMap<>();
        Dotenv file = Dotenv.configure().ignoreIfMissing().load();
        for (DotenvEntry entry : file.entries(Dotenv.Filter.DECLARED_IN_ENV_FILE)) {
            variables.put(entry.getKey(), entry.getValue());
        }
        variables.putAll(System.getenv());
        return new Environment(variables);
    }

    public Optional<String> get(String name) {
        return Optional.ofNullable(variables.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** This environment with further variables laid over it. */
    public Environment with(Map<String, String> overrides) {
        Map<String, String> merged = new HashMap<>(variables);
        merged.putAll(overrides);
        return new Environment(merged);
    }

    /** Names only: values may be secrets. */
    @Override
    public String toString() {
        return "Environment" + variables.keySet();
    }
}
