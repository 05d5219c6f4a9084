package io.webhookmemory.console.deadletter;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.webhookmemory.admin.deadletter.DeadLetter;
import io.webhookmemory.admin.deadletter.DeadLetterTopic;
import io.webhookmemory.admin.deadletter.Handled;
import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.console.operation.Operation;
import io.webhookmemory.console.operation.OperationPages;
import io.webhookmemory.console.operation.Operations;
import io.webhookmemory.console.operation.Work;
import io.webhookmemory.console.web.Form;
import io.webhookmemory.console.web.Routes;
import io.webhookmemory.console.web.Views;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.topics.event.DeadLetterId;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pages of dead letters. Filters travel in the body of a POST, so that no id of a customer's record is in an address
 * that a proxy logs or a browser remembers; addresses contain positions on the topic only.
 */
public final class DeadLetterPages implements Routes {
    private static final String PATH = "/dead-letters";
    private static final Logger LOG = LoggerFactory.getLogger("io.webhookmemory.console.audit");

    private final KafkaSettings kafka;
    private final Clock clock;
    private final Views views;
    private final Operations operations;
    private final OperationPages operationPages;

    public DeadLetterPages(
            KafkaSettings kafka, Clock clock, Views views, Operations operations, OperationPages operationPages) {
        this.kafka = kafka;
        this.clock = clock;
        this.views = views;
        this.operations = operations;
        this.operationPages = operationPages;
    }

    /** The list, the filter that it shows, and what was done before. */
    public record ListModel(DeadLetterForm form, DeadLetterList list, List<Operation> recent) {}

    /** A payload that was asked for. */
    public record PayloadModel(String id, String text) {}

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get(PATH, ctx -> list(ctx, DeadLetterForm.EMPTY));
        routes.post(PATH, ctx -> list(ctx, DeadLetterForm.of(new Form(ctx, clock))));
        routes.post(PATH + "/preview", this::preview);
        routes.get(PATH + "/{partition}/{offset}", this::show);
        routes.post(PATH + "/{partition}/{offset}/payload", this::payload);
    }

    private void list(Context ctx, DeadLetterForm form) {
        DeadLetterList list =
                DeadLetterList.read(kafka, DeadLetterForm.filter(new Form(ctx, clock), Set.of()), form.all());
        views.page(
                ctx,
                "deadLetters",
                "Dead letters",
                "dead-letters",
                new ListModel(form, list, operations.recent(Work.Kind.DEAD_LETTERS)));
    }

    private void preview(Context ctx) {
        Form form = new Form(ctx, clock);
        operationPages.start(
                ctx, new DeadLetterWork(kafka, clock, DeadLetterForm.order(form, clock), DeadLetterForm.limits(form)));
    }

    private void show(Context ctx) {
        DeadLetterId id = id(ctx);
        try (DeadLetterTopic topic = open()) {
            DeadLetter deadLetter = topic.find(id).orElseThrow(NotFoundResponse::new);
            Optional<Handled> handled = Optional.ofNullable(topic.handled().get(id.toString()));
            views.page(
                    ctx, "deadLetter", "Dead letter " + id, "dead-letters", DeadLetterDetail.of(deadLetter, handled));
        }
    }

    /** Who looks at personal data is recorded. */
    private void payload(Context ctx) {
        DeadLetterId id = id(ctx);
        try (DeadLetterTopic topic = open()) {
            DeadLetter deadLetter = topic.find(id).orElseThrow(NotFoundResponse::new);
            LOG.atInfo()
                    .addKeyValue("user", views.user(ctx))
                    .addKeyValue("deadLetter", id)
                    .log("payload shown");
            views.fragment(ctx, "payload", new PayloadModel(id.toString(), DeadLetterDetail.payload(deadLetter)));
        }
    }

    private DeadLetterTopic open() {
        KafkaProblem.requireReachable(kafka);
        return new DeadLetterTopic(kafka, new StopSignal());
    }

    private static DeadLetterId id(Context ctx) {
        return DeadLetterId.parse(ctx.pathParam("partition") + ":" + ctx.pathParam("offset"))
                .orElseThrow(NotFoundResponse::new);
    }
}
