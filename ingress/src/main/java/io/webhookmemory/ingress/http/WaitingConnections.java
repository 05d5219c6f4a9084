package io.webhookmemory.ingress.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections on which no request has arrived for too long, its head included. Jetty's own idle time begins anew
 * with every byte, so that a head sent byte by byte would keep a connection for hours. Thread-safe.
 */
final class WaitingConnections extends Handler.Wrapper implements Connection.Listener {
    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(1);

    private final long limitNanos;
    private final long intervalNanos;
    private final Map<EndPoint, Long> waitingSince = new ConcurrentHashMap<>();
    private volatile Scheduler.Task sweep;

    WaitingConnections(Duration limit, Handler next) {
        super(next);
        this.limitNanos = limit.toNanos();
        this.intervalNanos = Math.min(LONGEST_INTERVAL.toNanos(), limitNanos);
    }

    @Override
    public void onOpened(Connection connection) {
        waits(connection.getEndPoint());
    }

    @Override
    public void onClosed(Connection connection) {
        waitingSince.remove(connection.getEndPoint());
    }

    /** A request's head is there: from now on its body and its answer have limits of their own. */
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        waitingSince.remove(endPoint);
        Request.addCompletionListener(request, failure -> waits(endPoint));
        return super.handle(request, response, callback);
    }

    private void waits(EndPoint endPoint) {
        waitingSince.put(endPoint, System.nanoTime());
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

    private void schedule() {
        sweep = getServer().getScheduler().schedule(this::sweep, intervalNanos, TimeUnit.NANOSECONDS);
    }

    private void sweep() {
        long now = System.nanoTime();
        waitingSince.forEach((endPoint, since) -> {
            if (!endPoint.isOpen()) {
                waitingSince.remove(endPoint);
            } else if (now - since > limitNanos && waitingSince.remove(endPoint, since)) {
                endPoint.close();
            }
        });
        if (isRunning()) {
            schedule();
        }
    }
}
