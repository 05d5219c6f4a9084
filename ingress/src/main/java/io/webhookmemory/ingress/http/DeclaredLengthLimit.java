package io.webhookmemory.ingress.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Refuses a body that declares itself too large before a byte of it is read. One that is not absurdly large is then let
 * run out into nothing: closing on a sender in the middle of its body would reset the connection, and the answer with it.
 */
final class DeclaredLengthLimit extends Handler.Wrapper {
    private static final long MOST_TO_DISCARD = 16L * 1024 * 1024;

    private final long maxBytes;
    private final Runnable onRefusal;

    DeclaredLengthLimit(long maxBytes, Runnable onRefusal, Handler next) {
        super(next);
        this.maxBytes = maxBytes;
        this.onRefusal = onRefusal;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (request.getLength() <= maxBytes) {
            return super.handle(request, response, callback);
        }
        onRefusal.run();
        response.setStatus(Problem.TOO_LARGE.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        Callback answered = request.getLength() <= MOST_TO_DISCARD
                ? Callback.from(() -> Content.Source.consumeAll(request, callback), callback::failed)
                : callback;
        response.write(true, ByteBuffer.wrap(Problem.TOO_LARGE.json()), answered);
        return true;
    }
}
