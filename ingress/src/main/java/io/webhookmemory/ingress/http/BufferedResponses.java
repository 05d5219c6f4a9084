package io.webhookmemory.ingress.http;

import java.time.Duration;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Lets no handler wait for the reader of its response. The servlet API's writes block, so that a client that sends requests
 * and never reads would hold a shared thread for each connection. Jetty's own {@code BufferedResponseHandler} does not help:
 * it makes the last write, which blocks as well, carry the whole response; and {@code
 * HttpConfiguration.setMinResponseDataRate} is not enforced by Jetty 12's HTTP/1.1 connection.
 */
final class BufferedResponses extends Handler.Wrapper {
    private final Duration time;
    private final BodyMemory memory;

    /**
     * @param time from the response's being complete to its having been taken by the client's host
     * @param memory counts what waits to be read
     */
    BufferedResponses(Duration time, BodyMemory memory, Handler next) {
        super(next);
        this.time = time;
        this.memory = memory;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        BufferedResponse buffered = new BufferedResponse(request, response, callback, time, memory);
        return super.handle(request, buffered, buffered);
    }
}
