package io.webhookmemory.ingress.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Refuses a body that declares itself too large before a byte of it is read. */
final class DeclaredLengthLimit extends Handler.Wrapper {
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
        response.write(true, ByteBuffer.wrap(Problem.TOO_LARGE.json()), callback);
        return true;
    }
}
