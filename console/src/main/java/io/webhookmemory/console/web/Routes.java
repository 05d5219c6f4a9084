package io.webhookmemory.console.web;

import io.javalin.config.RoutesConfig;

/** The pages of one part of the console. */
public interface Routes {
    void addTo(RoutesConfig routes);
}
