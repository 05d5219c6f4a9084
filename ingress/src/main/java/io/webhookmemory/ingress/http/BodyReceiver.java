package io.webhookmemory.ingress.http;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Receives one body. Jetty calls {@link #read} when data is available, on one thread at a time. The timeout may fire on
 * another thread; the thread that first leaves {@link Phase#RECEIVING} sends the response.
 *
 * <p>Large bodies, and bodies that are discarded, continue on a separate executor. On the shared threads, each of hundreds
 * of large bodies would delay every small webhook by a millisecond.
 *
 * <p>After a refusal, the rest of the body is read and discarded within the same time limit. Closing the connection while
 * the sender still sends would reset it, and the sender would lose the response.
 */
final class BodyReceiver {
    /** A webhook of a hundred records is smaller, and is handled in the same time as a hundred small ones. */
    private static final int LARGE_BYTES = 64 * 1024;

    private static final long MAX_DISCARDED_BYTES = 16L * 1024 * 1024;
    /** After this many bytes, the executor continues with the next large body. */
    private static final int SLICE_BYTES = 256 * 1024;

    private static final Scheduler.Task NO_TIMER = () -> false;

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final BodyGathering.Limits limits;
    private final GrowingBody body;
    private final BodyMemory memory;
    private final Consumer<Problem> onRefusal;
    private final Next next;
    private final Executor largeBodyExecutor;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.RECEIVING);
    // Most bodies arrive together with their heads and need no timer.
    private Scheduler.Task timeout = NO_TIMER;
    private final AtomicBoolean discarding = new AtomicBoolean();
    private long discarded;

    private enum Phase {
        RECEIVING,
        RECEIVED,
        REFUSED
    }

    /** Handles a request whose body is complete. */
    interface Next {
        void handle(Request request, Response response, Callback callback);
    }

    BodyReceiver(
            Request request,
            Response response,
            Callback callback,
            BodyGathering.Limits limits,
            BodyMemory memory,
            Executor largeBodyExecutor,
            Consumer<Problem> onRefusal,
            Next next) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.limits = limits;
        long declared = request.getLength();
        int maxBytes = declared >= 0 && declared < limits.maxBytes() ? (int) declared : limits.maxBytes();
        this.body = new GrowingBody(memory, maxBytes);
        this.memory = memory;
        this.largeBodyExecutor = largeBodyExecutor;
        this.onRefusal = onRefusal;
        this.next = next;
    }

    /** Whether a body is received and handled on the separate executor. */
    static boolean isLarge(long bytes) {
        return bytes > LARGE_BYTES;
    }

    void start() {
        // The body keeps its memory until the request ends.
        Request.addCompletionListener(request, failure -> body.release());
        String coding = request.getHeaders().get(HttpHeader.TRANSFER_ENCODING);
        if (coding != null && !HttpHeaderValue.CHUNKED.is(coding.strip())) {
            refuse(Problem.UNKNOWN_CODING);
        } else if (request.getLength() > limits.maxBytes()) {
            refuse(Problem.TOO_LARGE);
        } else if (request.getLength() <= BodyMemory.SMALL_BYTES) {
            read();
        } else if (memory.hasSpaceFor(request.getLength())) {
            startTimer();
            if (isLarge(request.getLength())) {
                largeBodyExecutor.execute(this::read);
            } else {
                read();
            }
        } else {
            // A refusal is cheapest before the first byte of the body is read.
            refuse(Problem.BUSY);
        }
    }

    /** Called before the first wait for data. The time limit then runs approximately from the end of the head. */
    private void startTimer() {
        if (timeout == NO_TIMER) {
            timeout = request.getComponents()
                    .getScheduler()
                    .schedule(this::onTimeout, limits.time().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void read() {
        int sliceEnd = body.length() + SLICE_BYTES;
        while (phase.get() == Phase.RECEIVING) {
            if (body.length() > sliceEnd) {
                largeBodyExecutor.execute(this::read);
                return;
            }
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                startTimer();
                await(this::read);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                fail(chunk.getFailure());
                return;
            }
            append(chunk);
        }
        if (phase.get() == Phase.REFUSED) {
            startDiscarding();
        }
    }

    /** Continues when more data is available: a large body on its executor, a small one on Jetty's selector. */
    private void await(Runnable next) {
        boolean large = phase.get() != Phase.RECEIVING || isLarge(request.getLength()) || isLarge(body.length());
        Runnable then = large ? () -> largeBodyExecutor.execute(next) : next;
        request.demand(Invocable.from(Invocable.InvocationType.NON_BLOCKING, then));
    }

    private void append(Content.Chunk chunk) {
        boolean last = chunk.isLast();
        boolean fits = body.length() + (long) chunk.remaining() <= limits.maxBytes();
        boolean appended = fits && body.append(chunk.getByteBuffer());
        chunk.release();
        if (!fits) {
            refuse(Problem.TOO_LARGE);
        } else if (!appended) {
            refuse(Problem.BUSY);
        } else if (last && phase.compareAndSet(Phase.RECEIVING, Phase.RECEIVED)) {
            timeout.cancel();
            request.setAttribute(BodyGathering.BODY, body.toBytes());
            next.handle(request, response, callback);
        }
    }

    private void fail(Throwable failure) {
        timeout.cancel();
        if (phase.compareAndSet(Phase.RECEIVING, Phase.REFUSED)) {
            onRefusal.accept(Problem.CUT_SHORT);
        }
        callback.failed(failure);
    }

    private void onTimeout() {
        if (phase.get() == Phase.RECEIVING) {
            refuse(Problem.TIMED_OUT);
        } else if (phase.get() == Phase.REFUSED) {
            closeConnection();
        }
    }

    private void refuse(Problem problem) {
        if (!phase.compareAndSet(Phase.RECEIVING, Phase.REFUSED)) {
            return;
        }
        startTimer();
        onRefusal.accept(problem);
        response.setStatus(problem.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        problem.retryAfter().ifPresent(seconds -> response.getHeaders().put(HttpHeader.RETRY_AFTER, seconds));
        // On a timeout, another thread may still read the body. Closing the connection ends the read and the request.
        Runnable next = problem == Problem.TIMED_OUT ? this::closeConnection : this::startDiscarding;
        response.write(true, ByteBuffer.wrap(problem.json()), Callback.from(next, failure -> next.run()));
    }

    /** Called when the response is sent and when reading has ended; the first call starts the discarding. */
    private void startDiscarding() {
        if (discarding.compareAndSet(false, true)) {
            largeBodyExecutor.execute(this::discard);
        }
    }

    private void discard() {
        if (request.getLength() > MAX_DISCARDED_BYTES || request.getHeaders().contains(HttpHeader.EXPECT)) {
            // A sender with an Expect header does not send its body after a refusal. A body above the limit is not
            // read.
            end();
            return;
        }
        long sliceEnd = discarded + SLICE_BYTES;
        for (Content.Chunk chunk = request.read(); chunk != null; chunk = request.read()) {
            if (Content.Chunk.isFailure(chunk)) {
                fail(chunk.getFailure());
                return;
            }
            discarded += chunk.remaining();
            chunk.release();
            if (chunk.isLast() || discarded > MAX_DISCARDED_BYTES) {
                end();
                return;
            }
            if (discarded > sliceEnd) {
                largeBodyExecutor.execute(this::discard);
                return;
            }
        }
        await(this::discard);
    }

    private void end() {
        timeout.cancel();
        callback.succeeded();
    }

    private void closeConnection() {
        request.getConnectionMetaData().getConnection().getEndPoint().close();
    }
}
