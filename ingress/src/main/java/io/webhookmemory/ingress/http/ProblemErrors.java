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
 * Errors that Jetty itself answers, in the words of all other errors: heads that are too large, what is no HTTP. Nothing
 * of the request comes back in them.
 */
final class ProblemErrors extends ErrorHandler {
    private final LimitedLog log =
            new LimitedLog(LoggerFactory.getLogger(ProblemErrors.class), "requests refused unread");
    private final Runnable onMalformed;

    /** @param onMalformed is told of every request that is no HTTP, or more than is taken */
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
            // Another instance answers while this one stops.
            response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
        }
        response.write(true, ByteBuffer.wrap(Problem.json(code, HttpStatus.getMessage(code))), callback);
    }
}
