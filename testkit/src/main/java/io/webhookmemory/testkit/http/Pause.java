package io.webhookmemory.testkit.http;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/** Simulated latency. */
public final class Pause {
    private Pause() {}

    public static void of(Duration duration) {
        until(System.nanoTime() + duration.toNanos());
    }

    /**
     * Waits until this time after the request arrived: what the server has done for it meanwhile is part of its
     * latency.
     */
    public static void after(HttpServletRequest request, Duration duration) {
        until(ServletContextRequest.getServletContextRequest(request).getBeginNanoTime() + duration.toNanos());
    }

    private static void until(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
