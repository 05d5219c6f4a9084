package io.webhookmemory.ingress.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.Graceful;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections that wait too long for a request: no byte of it arrives within the idle time, or its head is not
 * complete within the head time. Jetty's own idle timeout restarts with every byte, so a head sent byte by byte would keep
 * a connection open for hours. At shutdown, all waiting connections are closed. Thread-safe.
 */
final class WaitingConnections extends Handler.Wrapper implements Connection.Listener, Graceful {
    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(1);

    private final long idleNanos;
    private final long headNanos;
    private final long intervalNanos;
    private final Map<Connection, Waiting> waiting = new ConcurrentHashMap<>();
    private volatile Scheduler.Task sweep;
    private volatile boolean shutdown;

    /**
     * The state of a waiting connection.
     *
     * @param bytesIn the bytes received on it when the wait began
     * @param head whether a part of a head was received; true for a new connection, which must send a head at once
     */
    private record Waiting(long sinceNanos, long bytesIn, boolean head) {}

    WaitingConnections(Duration idleTime, Duration headTime, Handler next) {
        super(next);
        this.idleNanos = idleTime.toNanos();
        this.headNanos = Math.min(headTime.toNanos(), idleNanos);
        this.intervalNanos = Math.min(LONGEST_INTERVAL.toNanos(), headNanos);
    }

    Duration idleTime() {
        return Duration.ofNanos(idleNanos);
    }

    /** Nothing blocks before {@link BodyGathering} passes a request to another thread, so Jetty's selector may run it. */
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public void onOpened(Connection connection) {
        waiting.put(connection, new Waiting(System.nanoTime(), 0, true));
    }

    @Override
    public void onClosed(Connection connection) {
        waiting.remove(connection);
    }

    /** The request's head is complete. The body and the response have their own limits. */
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Connection connection = request.getConnectionMetaData().getConnection();
        waiting.remove(connection);
        Request.addCompletionListener(request, failure -> startWaiting(connection));
        return super.handle(request, response, callback);
    }

    private void startWaiting(Connection connection) {
        if (connection.getEndPoint().isOpen()) {
            waiting.put(connection, new Waiting(System.nanoTime(), connection.getBytesIn(), false));
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        schedule();
    }

    @Override
    protected void doStop() throws Exception {
        sweep.cancel();
        super.doStop();
    }

    @Override
    public CompletableFuture<Void> shutdown() {
        shutdown = true;
        sweep(System.nanoTime());
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    private void schedule() {
        sweep = getServer().getScheduler().schedule(this::sweep, intervalNanos, TimeUnit.NANOSECONDS);
    }

    private void sweep() {
        sweep(System.nanoTime());
        if (isRunning()) {
            schedule();
        }
    }

    private void sweep(long now) {
        waiting.forEach((connection, state) -> {
            boolean tooLong = now - state.sinceNanos() > (state.head() ? headNanos : idleNanos);
            if (!connection.getEndPoint().isOpen()) {
                waiting.remove(connection);
            } else if (tooLong || shutdown) {
                if (waiting.remove(connection, state)) {
                    connection.getEndPoint().close();
                }
            } else if (!state.head() && connection.getBytesIn() != state.bytesIn()) {
                waiting.replace(connection, state, new Waiting(now, connection.getBytesIn(), true));
            }
        });
    }
}
