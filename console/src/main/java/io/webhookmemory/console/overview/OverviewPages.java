package io.webhookmemory.console.overview;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.webhookmemory.console.web.Routes;
import io.webhookmemory.console.web.Views;
import io.webhookmemory.topics.json.Json;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The first page: the flow with live numbers, alerts, the last hour. */
public final class OverviewPages implements Routes {
    private final Overview overview;
    private final Views views;

    public OverviewPages(Overview overview, Views views) {
        this.overview = overview;
        this.views = views;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/", ctx -> views.page(ctx, "overview", "Overview", "overview", overview.state()));
        routes.get("/overview/live", ctx -> views.fragment(ctx, "overviewLive", overview.state()));
        routes.get("/overview/series", this::series);
    }

    private void series(Context ctx) {
        List<Overview.Point> points = overview.points();
        ObjectNode json = Json.MAPPER.createObjectNode();
        ArrayNode times = json.putArray("time");
        points.forEach(point -> times.add(point.second()));
        put(json, "received", points, Overview.Point::received);
        put(json, "routed", points, Overview.Point::routed);
        put(json, "synced", points, Overview.Point::synced);
        put(json, "processorLag", points, Overview.Point::processorLag);
        put(json, "sinkLag", points, Overview.Point::sinkLag);
        put(json, "oldest", points, Overview.Point::oldest);
        put(json, "deadLetters", points, Overview.Point::deadLetters);
        ctx.contentType("application/json").result(json.toString());
    }

    private static void put(
            ObjectNode json, String name, List<Overview.Point> points, ToDoubleFunction<Overview.Point> value) {
        ArrayNode values = json.putArray(name);
        for (Overview.Point point : points) {
            double number = value.applyAsDouble(point);
            if (Double.isNaN(number)) {
                values.addNull();
            } else {
                values.add(Math.round(number * 100) / 100.0);
            }
        }
    }
}
