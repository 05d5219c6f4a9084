package io.webhookmemory.console.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The versions of the packaged scripts, which are part of their paths; from the build. */
final class WebJarVersions {
    static final String HTMX;
    static final String UPLOT;

    static {
        Properties versions = new Properties();
        try (InputStream in = WebJarVersions.class.getResourceAsStream("/console/webjars.properties")) {
            versions.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        HTMX = versions.getProperty("htmx");
        UPLOT = versions.getProperty("uplot");
    }

    private WebJarVersions() {}
}
