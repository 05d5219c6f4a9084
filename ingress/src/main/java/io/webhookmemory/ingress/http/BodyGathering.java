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
 * Gathers a webhook's body before anything else is done, without a thread waiting for it. Bounded in size, in the time
 * that the whole of it may take, and in what all bodies together hold in memory; what goes beyond is answered here.
 *
 * <p>Until then nothing blocks, so Jetty's selector does it all and no other thread is woken for what is no request.
 */
final class BodyGathering extends Handler.Wrapper {
    /** The request's attribute that holds the body, a byte array. */
    static final String BODY = "webhook.body";

    private final Limits limits;
    private final BodyMemory memory;
    private final Executor forLarge;
    private final Consumer<Problem> onRefusal;

    /**
     * How much of a body is taken.
     *
     * @param maxBytes of one body
     * @param time from the request's head to the end of its body, however busily it trickles
     */
    record Limits(int maxBytes, Duration time) {}

    /**
     * @param forLarge reads and handles large bodies, and discards refused ones
     * @param onRefusal is told of every body that was not taken
     */
    BodyGathering(Limits limits, BodyMemory memory, Executor forLarge, Consumer<Problem> onRefusal) {
        this.limits = limits;
        this.memory = memory;
        this.forLarge = forLarge;
        this.onRefusal = onRefusal;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        // Of any path: which of them lead to the handler is the router's to say.
        if (HttpMethod.POST.is(request.getMethod())) {
            new BodyIntake(request, response, callback, limits, memory, forLarge, onRefusal, this::dispatch).begin();
        } else {
            dispatch(request, response, callback);
        }
        return true;
    }

    private void dispatch(Request request, Response response, Callback callback) {
        boolean large = request.getAttribute(BODY) instanceof byte[] body && body.length > BodyMemory.SMALL_BYTES;
        Executor executor = large ? forLarge : getServer().getThreadPool();
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
