package io.webhookmemory.console.operation;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.javalin.http.NotFoundResponse;
import io.webhookmemory.console.access.Guard;
import io.webhookmemory.console.web.InvalidInput;
import io.webhookmemory.console.web.Routes;
import io.webhookmemory.console.web.Views;
import java.util.Optional;

/** One operation: its progress, its result, and what can be done next. */
public final class OperationPages implements Routes {
    private static final String PATH = "/operations/";

    private final Operations operations;
    private final Views views;
    private final Guard guard;

    public OperationPages(Operations operations, Views views, Guard guard) {
        this.operations = operations;
        this.views = views;
        this.guard = guard;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get(PATH + "{id}", this::show);
        routes.get(PATH + "{id}/state", ctx -> views.fragment(ctx, "operationState", find(ctx)));
        routes.post(PATH + "{id}/confirm", ctx -> {
            guard.requireWrite();
            lead(ctx, operations.confirm(find(ctx), views.user(ctx)));
        });
        routes.post(PATH + "{id}/resume", ctx -> {
            guard.requireWrite();
            lead(ctx, operations.resume(find(ctx), views.user(ctx)));
        });
        routes.post(PATH + "{id}/stop", this::stop);
    }

    private void show(Context ctx) {
        Operation operation = find(ctx);
        String title = (operation.work().isPreview() ? "Preview: " : "Operation: ")
                + operation.work().action();
        views.page(ctx, "operation", title, operation.work().kind().section(), operation);
    }

    /** Begins an operation, and leads the browser to its page. */
    public void start(Context ctx, Work work) {
        try {
            lead(ctx, Optional.of(operations.start(work, views.user(ctx))));
        } catch (IllegalStateException e) {
            throw new InvalidInput(e.getMessage());
        }
    }

    private void stop(Context ctx) {
        Operation operation = find(ctx);
        if (!operation.work().isPreview()) {
            guard.requireWrite();
        }
        operations.stop(operation, views.user(ctx));
        lead(ctx, Optional.of(operation));
    }

    private void lead(Context ctx, Optional<Operation> next) {
        Operation operation = next.orElseThrow(
                () -> new InvalidInput("This was done before, or there is nothing to do. Make a new preview."));
        ctx.redirect(PATH + operation.id(), HttpStatus.SEE_OTHER);
    }

    private Operation find(Context ctx) {
        return operations.find(ctx.pathParam("id")).orElseThrow(NotFoundResponse::new);
    }
}
