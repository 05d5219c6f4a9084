package io.webhookmemory.console.search;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.webhookmemory.admin.trace.Journey;
import io.webhookmemory.admin.trace.Trace;
import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.console.web.Form;
import io.webhookmemory.console.web.Routes;
import io.webhookmemory.console.web.Views;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What became of a record or an event. Ids travel in the body of a POST, so that none is in an address that a proxy logs
 * or a browser remembers.
 */
public final class SearchPages implements Routes {
    private static final String PATH = "/search";
    private static final long PATIENCE_SECONDS = 30;
    private static final Logger LOG = LoggerFactory.getLogger("io.webhookmemory.console.audit");

    private final KafkaSettings kafka;
    private final Trace.Settings settings;
    private final Clock clock;
    private final Views views;

    public SearchPages(KafkaSettings kafka, Trace.Settings settings, Clock clock, Views views) {
        this.kafka = kafka;
        this.settings = settings;
        this.clock = clock;
        this.views = views;
    }

    /**
     * The record and its document; personal data.
     *
     * @param document why there is none, where there is none
     */
    public record ContentModel(String record, String document) {}

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get(PATH, ctx -> show(ctx, new SearchModel(SearchForm.EMPTY, null, List.of())));
        routes.post(PATH, ctx -> {
            Form form = new Form(ctx, clock);
            show(ctx, SearchModel.of(SearchForm.of(form), trace(form, false)));
        });
        routes.post(PATH + "/content", this::content);
    }

    private void show(Context ctx, SearchModel model) {
        views.page(ctx, "search", "Search", "search", model);
    }

    private Journey trace(Form form, boolean withText) {
        KafkaProblem.requireReachable(kafka);
        StopSignal stop = new StopSignal();
        CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS).execute(stop::stop);
        return new Trace(kafka, settings, clock).run(SearchForm.query(form, withText), stop);
    }

    /** Who looks at personal data is recorded. */
    private void content(Context ctx) {
        Journey journey = trace(new Form(ctx, clock), true);
        LOG.atInfo()
                .addKeyValue("user", views.user(ctx))
                .addKeyValue("record", journey.recordId())
                .log("record shown");
        String record = LastRecord.of(journey, kafka).orElse("No event in this time range has the record's content.");
        String document = Optional.ofNullable(journey.cognee())
                .map(found -> found.text())
                .orElse(
                        settings.asksCognee()
                                ? "Memory holds no document that could be read."
                                : "COGNEE_URL is not set for the console.");
        views.fragment(ctx, "searchContent", new ContentModel(record, document));
    }
}
