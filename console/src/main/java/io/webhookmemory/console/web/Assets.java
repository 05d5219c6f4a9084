package io.webhookmemory.console.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.webhookmemory.topics.digest.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files that pages load, all from this process: no other server learns that the console is used. Immutable.
 */
public final class Assets implements Routes {
    private static final String PATH = "/assets/";
    private static final String WEBJARS = "META-INF/resources/webjars/";
    private static final Map<String, String> FILES = Map.of(
            "console.css",
            "console/assets/console.css",
            "console.js",
            "console/assets/console.js",
            "icon.svg",
            "console/assets/icon.svg",
            "htmx.js",
            WEBJARS + "htmx.org/" + WebJarVersions.HTMX + "/dist/htmx.min.js",
            "uplot.js",
            WEBJARS + "uplot/" + WebJarVersions.UPLOT + "/dist/uPlot.iife.min.js",
            "uplot.css",
            WEBJARS + "uplot/" + WebJarVersions.UPLOT + "/dist/uPlot.min.css");
    private static final Map<String, String> TYPES = Map.of(
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private final Map<String, Asset> assets = new TreeMap<>();

    private record Asset(String text, String type, String hash) {}

    public Assets() {
        FILES.forEach((name, resource) -> assets.put(name, read(name, resource)));
    }

    private static Asset read(String name, String resource) {
        try (InputStream in = Assets.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("not packaged: " + resource);
            }
            byte[] bytes = in.readAllBytes();
            return new Asset(
                    new String(bytes, StandardCharsets.UTF_8),
                    TYPES.get(name.substring(name.lastIndexOf('.') + 1)),
                    HexFormat.of().formatHex(Sha256.of(bytes), 0, 6));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The address of a file; it changes with the file's content, so that browsers may keep the file. */
    public String url(String name) {
        return PATH + assets.get(name).hash() + "/" + name;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get(PATH + "{hash}/{name}", this::serve);
    }

    private void serve(Context ctx) {
        Optional<Asset> asset = Optional.ofNullable(assets.get(ctx.pathParam("name")))
                .filter(found -> found.hash().equals(ctx.pathParam("hash")));
        if (asset.isEmpty()) {
            ctx.status(404);
            return;
        }
        ctx.header("Cache-Control", "public, max-age=31536000, immutable");
        ctx.contentType(asset.get().type()).result(asset.get().text());
    }
}
