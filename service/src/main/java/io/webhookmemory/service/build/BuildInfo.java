package io.webhookmemory.service.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Identifies the build.
 *
 * @param version the project's version, such as {@code 0.2.0}
 * @param commit the first characters of the commit hash; {@code unknown} if the build had no Git repository
 */
public record BuildInfo(String version, String commit) {
    private static final String RESOURCE = "/build.properties";
    private static final BuildInfo CURRENT = read();

    /** The build that this class belongs to. */
    public static BuildInfo current() {
        return CURRENT;
    }

    private static BuildInfo read() {
        try (InputStream in = BuildInfo.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the jar");
            }
            Properties properties = new Properties();
            properties.load(in);
            return new BuildInfo(
                    properties.getProperty("version", "unknown"), properties.getProperty("commit", "unknown"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return version + " (" + commit + ")";
    }
}
