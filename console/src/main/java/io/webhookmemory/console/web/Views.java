package io.webhookmemory.console.web;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.javalin.http.Context;
import io.webhookmemory.console.access.Access;
import io.webhookmemory.service.build.BuildInfo;
import java.util.Map;

/** Renders templates. They are compiled in the build and escape every value for its place in the HTML. Thread-safe. */
public final class Views {
    private final TemplateEngine engine = TemplateEngine.createPrecompiled(ContentType.Html);
    private final Assets assets;
    private final Access access;

    public Views(Assets assets, Access access) {
        this.assets = assets;
        this.access = access;
    }

    /**
     * Responds with a page.
     *
     * @param section the entry of the navigation that is current
     * @param model the template's further parameter
     */
    public void page(Context ctx, String template, String title, String section, Object model) {
        render(ctx, template, title, section, model);
    }

    /** Responds with a part of a page. */
    public void fragment(Context ctx, String template, Object model) {
        render(ctx, template, "", "", model);
    }

    /** The name of the user who sent the request. */
    public String user(Context ctx) {
        return access.user(ctx).orElseThrow();
    }

    private void render(Context ctx, String template, String title, String section, Object model) {
        String user = access.user(ctx).orElse(null);
        Page page = new Page(
                title,
                section,
                user,
                user != null && access.hasLogin() && !user.equals("token"),
                access.canWrite(),
                access.csrfToken(ctx),
                BuildInfo.current().version(),
                assets);
        StringOutput html = new StringOutput();
        engine.render(template + ".jte", Map.of("page", page, "model", model), html);
        ctx.contentType("text/html; charset=utf-8").result(html.toString());
    }
}
