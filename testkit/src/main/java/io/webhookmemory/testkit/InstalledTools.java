package io.webhookmemory.testkit;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Programs that a test needs and a fresh machine lacks. */
public final class InstalledTools {
    private InstalledTools() {}

    /**
     * Skips the test if a program is not installed. With {@code CI=true} in the environment, the test fails instead,
     * because a skipped check would look like a passed one.
     *
     * @param debianPackage the package with the program
     */
    public static void require(String program, String debianPackage) {
        if (isOnPath(program)) {
            return;
        }
        String message = program + " is not installed (apt-get install " + debianPackage + ")";
        if ("true".equals(System.getenv("CI"))) {
            fail(message);
        }
        abort(message);
    }

    public static boolean isOnPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
