package io.webhookmemory.service.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The variables a service is configured from: an immutable snapshot, so that two reads never disagree.
 *
 * @param variables by name; a blank value counts as not set, like an empty line in {@code .env}
 * @param problems found in the {@code .env} file; the settings reader reports them
 */
public record Environment(Map<String, String> variables, List<String> problems) {

    public Environment {
        variables = Map.copyOf(variables);
        problems = List.copyOf(problems);
    }

    public Environment(Map<String, String> variables) {
        this(variables, List.of());
    }

    /**
     * The process's variables, and those of a {@code .env} file in the working directory; the process's take
     * precedence.
     */
    public static Environment ofProcess() {
        EnvFile file = EnvFile.read(Path.of(".env"));
        return new Environment(file.variables(), file.problems()).with(System.getenv());
    }

    public Optional<String> get(String name) {
        return Optional.ofNullable(variables.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** This environment with the given variables added or replaced. */
    public Environment with(Map<String, String> overrides) {
        Map<String, String> merged = new HashMap<>(variables);
        merged.putAll(overrides);
        return new Environment(merged, problems);
    }

    /** Names only: values may be secrets. */
    @Override
    public String toString() {
        return "Environment" + variables.keySet();
    }
}
