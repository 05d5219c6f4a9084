package io.webhookmemory.ingress.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.CountingCallback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * One response. The handler's writes return at once. The response is sent when it is complete; if the client's host accepts
 * it slowly, Jetty's selector sends the rest. If sending exceeds the time limit, the connection is closed, even if the
 * client still reads.
 *
 * <p>It is also the handler's callback: the request ends when the handler has ended and the response is sent.
 */
final class BufferedResponse extends Response.Wrapper implements Callback {
    /** The number of pipelined requests after which a connection is closed. */
    static final int MAX_PIPELINED = 16;

    private static final String PIPELINED = BufferedResponse.class.getName() + ".pipelined";
    private static final Scheduler.Task WRITTEN = () -> false;

    private final Request request;
    private final Duration time;
    private final BodyMemory memory;
    private final CountingCallback handledAndWritten;
    private final AtomicReference<Scheduler.Task> timeout = new AtomicReference<>();
    private ByteArrayOutputStream body = new ByteArrayOutputStream(0);
    private boolean complete;

    BufferedResponse(Request request, Response response, Callback callback, Duration time, BodyMemory memory) {
        super(request, response);
        this.request = request;
        this.time = time;
        this.memory = memory;
        this.handledAndWritten = new CountingCallback(callback, 2);
    }

    @Override
    public void write(boolean last, ByteBuffer content, Callback callback) {
        if (content != null) {
            byte[] bytes = new byte[content.remaining()];
            content.get(bytes);
            body.writeBytes(bytes);
        }
        if (last && !complete) {
            send();
        }
        callback.succeeded();
    }

    @Override
    public void reset() {
        super.reset();
        body = new ByteArrayOutputStream(0);
    }

    /** The handler has ended. */
    @Override
    public void succeeded() {
        if (!complete) {
            send();
        }
        handledAndWritten.succeeded();
    }

    @Override
    public void failed(Throwable failure) {
        handledAndWritten.failed(failure);
    }

    private void send() {
        complete = true;
        boundPipelining();
        byte[] bytes = body.toByteArray();
        super.write(true, ByteBuffer.wrap(bytes), Callback.from(this::written, this::notWritten));
        if (timeout.get() == WRITTEN) {
            return;
        }
        if (memory.tryReserve(bytes.length, bytes.length)) {
            Request.addCompletionListener(request, failure -> memory.release(bytes.length));
            limitTime();
        } else {
            closeConnection();
        }
    }

    /** Webhook senders do not pipeline. Without a bound, a pipelining connection would occupy its thread while it sends. */
    private void boundPipelining() {
        Connection connection = request.getConnectionMetaData().getConnection();
        if (!(connection instanceof HttpConnection http)) {
            return;
        }
        int pipelined = 0;
        if (!http.isRequestBufferEmpty()) {
            pipelined = 1
                    + (request.getConnectionMetaData().getAttribute(PIPELINED) instanceof Integer before ? before : 0);
        }
        request.getConnectionMetaData().setAttribute(PIPELINED, pipelined);
        if (pipelined >= MAX_PIPELINED) {
            getHeaders().put(HttpHeader.CONNECTION, "close");
        }
    }

    private void limitTime() {
        Scheduler.Task task = request.getComponents()
                .getScheduler()
                .schedule(this::closeConnection, time.toNanos(), TimeUnit.NANOSECONDS);
        if (!timeout.compareAndSet(null, task)) {
            task.cancel();
        }
    }

    private void written() {
        stopTimer();
        handledAndWritten.succeeded();
    }

    private void notWritten(Throwable failure) {
        stopTimer();
        handledAndWritten.failed(failure);
    }

    private void stopTimer() {
        Scheduler.Task task = timeout.getAndSet(WRITTEN);
        if (task != null) {
            task.cancel();
        }
    }

    private void closeConnection() {
        request.getConnectionMetaData().getConnection().getEndPoint().close();
    }
}
