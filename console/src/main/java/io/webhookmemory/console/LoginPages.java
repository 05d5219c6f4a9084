package io.webhookmemory.console;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.webhookmemory.console.access.Access;
import io.webhookmemory.console.web.Routes;
import io.webhookmemory.console.web.Views;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logging in and out. */
final class LoginPages implements Routes {
    private static final String PATH = "/login";
    private static final Logger LOG = LoggerFactory.getLogger("io.webhookmemory.console.audit");

    private final Views views;
    private final Access access;

    LoginPages(Views views, Access access) {
        this.views = views;
        this.access = access;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get(PATH, ctx -> show(ctx, Optional.empty()));
        routes.post(PATH, this::login);
        routes.post("/logout", ctx -> {
            access.logout(ctx);
            ctx.redirect(PATH, HttpStatus.SEE_OTHER);
        });
    }

    private void show(Context ctx, Optional<String> problem) {
        views.page(ctx, "login", "Log in", "", problem.orElse(""));
    }

    private void login(Context ctx) {
        Access.Login result =
                access.login(ctx, Optional.ofNullable(ctx.formParam("password")).orElse(""));
        LOG.atInfo()
                .addKeyValue("address", ctx.ip())
                .addKeyValue("result", result)
                .log("login");
        switch (result) {
            case SUCCEEDED -> ctx.redirect("/", HttpStatus.SEE_OTHER);
            case WRONG -> {
                ctx.status(HttpStatus.UNAUTHORIZED);
                show(ctx, Optional.of("This is not the password."));
            }
            case TOO_MANY -> {
                ctx.status(HttpStatus.TOO_MANY_REQUESTS).header("Retry-After", "60");
                show(ctx, Optional.of("Too many attempts. Wait a minute."));
            }
        }
    }
}
