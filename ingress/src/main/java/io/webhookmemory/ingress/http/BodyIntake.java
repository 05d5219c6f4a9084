package io.webhookmemory.ingress.http;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * One body on its way in. Jetty calls {@link #read} whenever there is something to read, on one thread at a time; the
 * time limit may strike on another, and whoever leaves {@link Phase#GATHERING} first gives the answer.
 *
 * <p>What follows a refusal is let run out into nothing, within the same time: closing on a sender in the middle of its
 * body would reset the connection, and the answer with it.
 */
final class BodyIntake {
    private static final long MOST_TO_DISCARD = 16L * 1024 * 1024;
    private static final Scheduler.Task NO_TIMER = () -> false;

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final BodyGathering.Limits limits;
    private final GrowingBody body;
    private final Consumer<Problem> onRefusal;
    private final Next next;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.GATHERING);
    // Most bodies are there with their heads, and need no timer.
    private Scheduler.Task timeout = NO_TIMER;
    private long discarded;

    private enum Phase {
        GATHERING,
        GATHERED,
        REFUSED
    }

    /** Who goes on with a body that is there. */
    interface Next {
        void handle(Request request, Response response, Callback callback);
    }

    BodyIntake(
            Request request,
            Response response,
            Callback callback,
            BodyGathering.Limits limits,
            BodyMemory memory,
            Consumer<Problem> onRefusal,
            Next next) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.limits = limits;
        long declared = request.getLength();
        int most = declared >= 0 && declared < limits.maxBytes() ? (int) declared : limits.maxBytes();
        this.body = new GrowingBody(memory, most);
        this.onRefusal = onRefusal;
        this.next = next;
    }

    void begin() {
        // Its memory is the body's for as long as anybody may look at it.
        Request.addCompletionListener(request, failure -> body.release());
        String coding = request.getHeaders().get(HttpHeader.TRANSFER_ENCODING);
        if (coding != null && !HttpHeaderValue.CHUNKED.is(coding.strip())) {
            refuse(Problem.UNKNOWN_CODING);
        } else if (request.getLength() > limits.maxBytes()) {
            refuse(Problem.TOO_LARGE);
        } else {
            read();
        }
    }

    /** Called before anything is waited for, and first of all when the head has just come. */
    private void limitTime() {
        if (timeout == NO_TIMER) {
            timeout = request.getComponents()
                    .getScheduler()
                    .schedule(this::timeUp, limits.time().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void read() {
        while (phase.get() == Phase.GATHERING) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                limitTime();
                request.demand(this::read);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                broken(chunk.getFailure());
                return;
            }
            take(chunk);
        }
        if (phase.get() == Phase.REFUSED) {
            discard();
        }
    }

    private void take(Content.Chunk chunk) {
        boolean last = chunk.isLast();
        boolean fits = body.length() + (long) chunk.remaining() <= limits.maxBytes();
        boolean taken = fits && body.append(chunk.getByteBuffer());
        chunk.release();
        if (!fits) {
            refuse(Problem.TOO_LARGE);
        } else if (!taken) {
            refuse(Problem.BUSY);
        } else if (last && phase.compareAndSet(Phase.GATHERING, Phase.GATHERED)) {
            timeout.cancel();
            request.setAttribute(BodyGathering.BODY, body.toBytes());
            next.handle(request, response, callback);
        }
    }

    private void broken(Throwable failure) {
        timeout.cancel();
        if (phase.compareAndSet(Phase.GATHERING, Phase.REFUSED)) {
            onRefusal.accept(Problem.CUT_SHORT);
        }
        callback.failed(failure);
    }

    private void timeUp() {
        if (phase.get() == Phase.GATHERING) {
            refuse(Problem.TIMED_OUT);
        } else if (phase.get() == Phase.REFUSED) {
            closeConnection();
        }
    }

    private void refuse(Problem problem) {
        if (!phase.compareAndSet(Phase.GATHERING, Phase.REFUSED)) {
            return;
        }
        limitTime();
        onRefusal.accept(problem);
        response.setStatus(problem.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        problem.retryAfter().ifPresent(seconds -> response.getHeaders().put(HttpHeader.RETRY_AFTER, seconds));
        // When time is up there is a demand for more; it ends with the connection, and so does the request.
        Callback answered = problem == Problem.TIMED_OUT
                ? Callback.from(this::closeConnection, failure -> closeConnection())
                : Callback.from(this::discard, this::broken);
        response.write(true, ByteBuffer.wrap(problem.json()), answered);
    }

    private void discard() {
        if (request.getLength() > MOST_TO_DISCARD || request.getHeaders().contains(HttpHeader.EXPECT)) {
            // A sender that waits to be asked for its body sends none.
            end();
            return;
        }
        for (Content.Chunk chunk = request.read(); chunk != null; chunk = request.read()) {
            if (Content.Chunk.isFailure(chunk)) {
                broken(chunk.getFailure());
                return;
            }
            discarded += chunk.remaining();
            chunk.release();
            if (chunk.isLast() || discarded > MOST_TO_DISCARD) {
                end();
                return;
            }
        }
        request.demand(this::discard);
    }

    private void end() {
        timeout.cancel();
        callback.succeeded();
    }

    private void closeConnection() {
        request.getConnectionMetaData().getConnection().getEndPoint().close();
    }
}
