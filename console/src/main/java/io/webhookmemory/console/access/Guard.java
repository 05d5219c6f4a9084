package io.webhookmemory.console.access;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What every request passes before a page sees it. Thread-safe. */
public final class Guard {
    /** The name of the form field and of the header that carry the token against forged requests. */
    public static final String CSRF_FIELD = "_csrf";

    private static final String CSRF_HEADER = "X-CSRF-Token";
    private static final String LOGIN = "/login";
    private static final String ASSETS = "/assets/";
    private static final Set<String> FOREIGN = Set.of("cross-site", "same-site");

    private static final Set<HandlerType> READING = Set.of(HandlerType.GET, HandlerType.HEAD);

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                            + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()",
            "Cache-Control", "no-store");

    private final AccessSettings settings;
    private final Access access;

    public Guard(AccessSettings settings, Access access) {
        this.settings = settings;
        this.access = access;
    }

    /** @throws HttpResponseException if the request is refused */
    public void check(Context ctx) {
        HEADERS.forEach(ctx::header);
        requireKnownHost(ctx);
        if (ctx.path().startsWith(ASSETS)) {
            return;
        }
        if (!ctx.path().equals(LOGIN) && access.user(ctx).isEmpty()) {
            askForLogin(ctx);
            return;
        }
        if (!READING.contains(ctx.method()) && !access.isBearer(ctx)) {
            requireOwnForm(ctx);
        }
    }

    private void requireKnownHost(Context ctx) {
        String host = Optional.ofNullable(ctx.header("Host")).orElse("").toLowerCase(Locale.ROOT);
        String name = host.replaceFirst(":\\d*$", "");
        if (!settings.hosts().isEmpty() && !settings.hosts().contains(name)) {
            throw refused(
                    HttpStatus.MISDIRECTED_REQUEST, "The console is not known under this name: CONSOLE_ALLOWED_HOSTS.");
        }
    }

    private void askForLogin(Context ctx) {
        if (!access.hasLogin()) {
            throw refused(HttpStatus.FORBIDDEN, "Only requests through the authenticating proxy are accepted.");
        }
        if (ctx.header("HX-Request") != null) {
            // A fragment cannot show the login page: htmx loads it as a page.
            ctx.header("HX-Redirect", LOGIN);
            throw refused(HttpStatus.UNAUTHORIZED, "Log in first.");
        }
        if (!READING.contains(ctx.method())) {
            throw refused(HttpStatus.UNAUTHORIZED, "Log in first.");
        }
        ctx.redirect(LOGIN, HttpStatus.SEE_OTHER);
        ctx.skipRemainingHandlers();
    }

    private void requireOwnForm(Context ctx) {
        String site = ctx.header("Sec-Fetch-Site");
        String token = Optional.ofNullable(ctx.header(CSRF_HEADER)).orElseGet(() -> ctx.formParam(CSRF_FIELD));
        if ((site != null && FOREIGN.contains(site)) || !access.isCsrfToken(ctx, token)) {
            throw refused(HttpStatus.FORBIDDEN, "This form is out of date. Go back, reload the page and try again.");
        }
    }

    /** @throws HttpResponseException if the console is read-only */
    public void requireWrite() {
        if (!settings.write()) {
            throw refused(HttpStatus.FORBIDDEN, "The console is read-only. CONSOLE_WRITE=true permits changes.");
        }
    }

    private static HttpResponseException refused(HttpStatus status, String message) {
        return new HttpResponseException(status.getCode(), message, Map.of());
    }
}
