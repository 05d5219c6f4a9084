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
 * One body on its way in. Jetty calls {@link #read} whenever there is something to read, on one thread at a time; the
 * time limit may strike on another, and whoever leaves {@link Phase#GATHERING} first gives the answer.
 *
 * <p>A body that is large, or is discarded, continues on an executor of its own. On the shared threads, hundreds of large
 * senders would each take a millisecond in front of every small webhook.
 *
 * <p>What follows a refusal is let run out into nothing, within the same time: closing on a sender in the middle of its
 * body would reset the connection, and the answer with it.
 */
final class BodyIntake {
    private static final long MOST_TO_DISCARD = 16L * 1024 * 1024;
    /** After so many bytes the next large body gets its turn. */
    private static final int TURN_BYTES = 256 * 1024;

    private static final Scheduler.Task NO_TIMER = () -> false;

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final BodyGathering.Limits limits;
    private final GrowingBody body;
    private final BodyMemory memory;
    private final Consumer<Problem> onRefusal;
    private final Next next;
    private final Executor forLarge;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.GATHERING);
    // Most bodies are there with their heads, and need no timer.
    private Scheduler.Task timeout = NO_TIMER;
    private final AtomicBoolean discarding = new AtomicBoolean();
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
            Executor forLarge,
            Consumer<Problem> onRefusal,
            Next next) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.limits = limits;
        long declared = request.getLength();
        int most = declared >= 0 && declared < limits.maxBytes() ? (int) declared : limits.maxBytes();
        this.body = new GrowingBody(memory, most);
        this.memory = memory;
        this.forLarge = forLarge;
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
        } else if (request.getLength() <= BodyMemory.SMALL_BYTES) {
            read();
        } else if (memory.hasRoom(request.getLength())) {
            limitTime();
            forLarge.execute(this::read);
        } else {
            // Before a byte of it has been read, which is what a refusal costs least at.
            refuse(Problem.BUSY);
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
        int turn = body.length() + TURN_BYTES;
        while (phase.get() == Phase.GATHERING) {
            if (body.length() > turn) {
                forLarge.execute(this::read);
                return;
            }
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                limitTime();
                await(this::read);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                broken(chunk.getFailure());
                return;
            }
            take(chunk);
        }
        if (phase.get() == Phase.REFUSED) {
            startDiscarding();
        }
    }

    /** Goes on when there is more to read: a large body on the executor for these, a small one on Jetty's selector. */
    private void await(Runnable next) {
        boolean large = phase.get() != Phase.GATHERING
                || request.getLength() > BodyMemory.SMALL_BYTES
                || body.length() > BodyMemory.SMALL_BYTES;
        Runnable then = large ? () -> forLarge.execute(next) : next;
        request.demand(Invocable.from(Invocable.InvocationType.NON_BLOCKING, then));
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
        // When time is up, the reading goes on elsewhere; it ends with the connection, and so does the request.
        Runnable next = problem == Problem.TIMED_OUT ? this::closeConnection : this::startDiscarding;
        response.write(true, ByteBuffer.wrap(problem.json()), Callback.from(next, failure -> next.run()));
    }

    /** Called when the response is written and when the reading has ended, whichever is first. */
    private void startDiscarding() {
        if (discarding.compareAndSet(false, true)) {
            forLarge.execute(this::discard);
        }
    }

    private void discard() {
        if (request.getLength() > MOST_TO_DISCARD || request.getHeaders().contains(HttpHeader.EXPECT)) {
            // A sender that waits to be asked for its body sends none.
            end();
            return;
        }
        long turn = discarded + TURN_BYTES;
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
            if (discarded > turn) {
                forLarge.execute(this::discard);
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
