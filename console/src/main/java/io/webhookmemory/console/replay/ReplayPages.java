package io.webhookmemory.console.replay;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.webhookmemory.admin.replay.Selection;
import io.webhookmemory.console.operation.Limits;
import io.webhookmemory.console.operation.Operation;
import io.webhookmemory.console.operation.OperationPages;
import io.webhookmemory.console.operation.Operations;
import io.webhookmemory.console.operation.Work;
import io.webhookmemory.console.web.Form;
import io.webhookmemory.console.web.InvalidInput;
import io.webhookmemory.console.web.Routes;
import io.webhookmemory.console.web.Views;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.zoho.webhook.WebhookRules;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The page from which events are sent through the pipeline again. */
public final class ReplayPages implements Routes {
    private static final String PATH = "/replay";
    private static final long DEFAULT_MAX = 10_000;
    private static final DateTimeFormatter RUN_ID =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final KafkaSettings kafka;
    private final WebhookRules rules;
    private final List<String> topics;
    private final List<String> modules;
    private final Clock clock;
    private final Views views;
    private final Operations operations;
    private final OperationPages operationPages;

    /** @param rules for parsing rejected webhooks again */
    public ReplayPages(
            KafkaSettings kafka,
            CatalogueSettings catalogue,
            WebhookRules rules,
            Clock clock,
            Views views,
            Operations operations,
            OperationPages operationPages) {
        this.kafka = kafka;
        this.rules = rules;
        this.topics = topics(catalogue);
        this.modules = List.copyOf(catalogue.modules());
        this.clock = clock;
        this.views = views;
        this.operations = operations;
        this.operationPages = operationPages;
    }

    /** What can be chosen, and what was done before. */
    public record Model(List<String> topics, List<String> modules, List<Operation> recent) {}

    private static List<String> topics(CatalogueSettings catalogue) {
        List<String> topics = new ArrayList<>(List.of(Topics.WEBHOOKS));
        topics.addAll(Topics.ofModules(catalogue.modules()));
        topics.addAll(Topics.retries(catalogue.retryTiers()));
        topics.add(Topics.REJECTED);
        return List.copyOf(topics);
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get(
                PATH,
                ctx -> views.page(
                        ctx,
                        "replay",
                        "Replay",
                        "replay",
                        new Model(topics, modules, operations.recent(Work.Kind.REPLAY))));
        routes.post(PATH + "/preview", this::preview);
    }

    private void preview(Context ctx) {
        Form form = new Form(ctx, clock);
        Limits limits =
                new Limits(form.number("max", DEFAULT_MAX, 1, 1_000_000_000), form.number("rate", 0, 0, 100_000));
        operationPages.start(ctx, new ReplayWork(kafka, rules, newRun(), selection(form), true, false, limits));
    }

    private Selection selection(Form form) {
        String topic = form.text("topic");
        if (!topics.contains(topic)) {
            throw new InvalidInput("Choose a topic.");
        }
        Instant since = form.time("since")
                .orElseThrow(() -> new InvalidInput("\"since\" is required."))
                .truncatedTo(ChronoUnit.MILLIS);
        // What arrives after the preview was not seen in it.
        Instant until = form.time("until").orElseGet(clock::instant).truncatedTo(ChronoUnit.MILLIS);
        if (!since.isBefore(until)) {
            throw new InvalidInput("\"since\" must be before \"until\".");
        }
        return new Selection(
                topic,
                since,
                until,
                List.copyOf(form.values("module")),
                List.copyOf(form.values("account")),
                List.copyOf(form.values("record")));
    }

    /** Named after its time, as on the command line; with a random part, as two operators may begin at once. */
    private String newRun() {
        return "console-" + RUN_ID.format(clock.instant()) + "-"
                + Integer.toHexString(ThreadLocalRandom.current().nextInt());
    }
}
