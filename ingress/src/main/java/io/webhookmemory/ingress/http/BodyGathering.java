package io.webhookmemory.ingress.http;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Receives a webhook's body before any other processing, without blocking a thread. The size of the body, the total time of
 * its reception and the memory of all bodies are bounded. A body that exceeds a limit gets an error response here.
 *
 * <p>Nothing blocks until the body is complete, so Jetty's selector does the work and no other thread wakes up.
 */
final class BodyGathering extends Handler.Wrapper {
    /** The request's attribute that holds the body, a byte array. */
    static final String BODY = "webhook.body";

    private final Limits limits;
    private final BodyMemory memory;
    private final Executor largeBodyExecutor;
    private final Consumer<Problem> onRefusal;

    /**
     * The limits on one body.
     *
     * @param maxBytes of one body
     * @param time from the request's head to the end of its body, regardless of how steadily it arrives
     */
    record Limits(int maxBytes, Duration time) {}

    /**
     * @param largeBodyExecutor reads and handles large bodies, and discards refused ones
     * @param onRefusal called for every body that is refused
     */
    BodyGathering(Limits limits, BodyMemory memory, Executor largeBodyExecutor, Consumer<Problem> onRefusal) {
        this.limits = limits;
        this.memory = memory;
        this.largeBodyExecutor = largeBodyExecutor;
        this.onRefusal = onRefusal;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        // For every path: the router decides later which paths lead to the handler.
        if (HttpMethod.POST.is(request.getMethod())) {
            new BodyReceiver(request, response, callback, limits, memory, largeBodyExecutor, onRefusal, this::dispatch)
                    .start();
        } else {
            dispatch(request, response, callback);
        }
        return true;
    }

    private void dispatch(Request request, Response response, Callback callback) {
        boolean large = request.getAttribute(BODY) instanceof byte[] body && BodyReceiver.isLarge(body.length);
        Executor executor = large ? largeBodyExecutor : getServer().getThreadPool();
        executor.execute(() -> pass(request, response, callback));
    }

    private void pass(Request request, Response response, Callback callback) {
        try {
            if (!super.handle(request, response, callback)) {
                Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
            }
        } catch (Exception e) {
            Response.writeError(request, response, callback, e);
        }
    }
}
