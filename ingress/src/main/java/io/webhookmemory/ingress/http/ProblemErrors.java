package io.webhookmemory.ingress.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.slf4j.LoggerFactory;

/**
 * Formats Jetty's own error responses like all others: heads that are too large, invalid HTTP. The response quotes nothing of
 * the request.
 */
final class ProblemErrors extends ErrorHandler {
    private final LimitedLog log =
            new LimitedLog(LoggerFactory.getLogger(ProblemErrors.class), "requests refused before parsing");
    private final Runnable onMalformed;

    /** @param onMalformed called for every request that is invalid HTTP or exceeds a limit */
    ProblemErrors(Runnable onMalformed) {
        this.onMalformed = onMalformed;
    }

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request, Response response, int code, String message, Throwable cause, Callback callback) {
        if (cause instanceof HttpException) {
            onMalformed.run();
        }
        if (cause != null) {
            // The message of the exception may quote the request.
            log.warn(String.valueOf(code), cause.getClass().getName());
        }
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
        if (code == HttpStatus.SERVICE_UNAVAILABLE_503) {
            // Another instance accepts requests while this one stops.
            response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
        }
        response.write(true, ByteBuffer.wrap(Problem.json(code, HttpStatus.getMessage(code))), callback);
    }
}
