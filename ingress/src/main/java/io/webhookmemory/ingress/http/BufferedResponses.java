package io.webhookmemory.ingress.http;

import java.time.Duration;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Buffers responses, so that no handler waits for its client. The servlet API's writes block: a client that sends requests
 * and never reads responses would occupy a shared thread per connection. Jetty's {@code BufferedResponseHandler} does not
 * help: its last write contains the whole response and blocks too. Jetty 12's HTTP/1.1 connection does not enforce {@code
 * HttpConfiguration.setMinResponseDataRate}.
 */
final class BufferedResponses extends Handler.Wrapper {
    private final Duration time;
    private final BodyMemory memory;

    /**
     * @param time the limit from the response's completion until the client's host has accepted it
     * @param memory accounts for the responses not yet sent
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
