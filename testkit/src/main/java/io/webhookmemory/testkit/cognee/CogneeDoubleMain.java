package io.webhookmemory.testkit.cognee;

import java.util.Optional;

/**
 * Runs the double as a process, on all addresses and Cognee's port 8000, for machines or containers without Cognee. Its
 * contents are lost when it ends. If {@code COGNEE_API_KEY}, or {@code COGNEE_USERNAME} and {@code COGNEE_PASSWORD},
 * are set, it requires them.
 */
public final class CogneeDoubleMain {
    private static final int PORT = 8000;

    private CogneeDoubleMain() {}

    /** @param args a port instead of 8000 */
    public static void main(String[] args) {
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "logback-double.xml");
        }
        CogneeDouble cognee = CogneeDouble.start("0.0.0.0", args.length > 0 ? Integer.parseInt(args[0]) : PORT);
        variable("COGNEE_API_KEY").ifPresent(cognee::requireApiKey);
        variable("COGNEE_USERNAME")
                .ifPresent(user ->
                        cognee.requireLogin(user, variable("COGNEE_PASSWORD").orElse("")));
        Runtime.getRuntime().addShutdownHook(new Thread(cognee::close, "shutdown"));
        System.out.println("Cognee's double listens on " + cognee.url());
    }

    private static Optional<String> variable(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
    }
}
