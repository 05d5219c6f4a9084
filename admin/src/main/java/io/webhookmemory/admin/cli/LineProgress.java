package io.webhookmemory.admin.cli;

import io.webhookmemory.admin.transfer.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Prints a line every few seconds, for logs and pipes. */
final class LineProgress implements Progress {
    private static final long INTERVAL_NANOS = Duration.ofSeconds(5).toNanos();

    private final PrintWriter out;
    private final LongSupplier nanoTime;
    private String task = "";
    private long total;
    private long lastLine;

    LineProgress(PrintWriter out, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
    }

    @Override
    public void begin(String newTask, long newTotal) {
        task = newTask;
        total = newTotal;
        lastLine = nanoTime.getAsLong();
    }

    @Override
    public void at(long done, long sent) {
        long now = nanoTime.getAsLong();
        if (now - lastLine >= INTERVAL_NANOS) {
            lastLine = now;
            out.printf("%s: read %,d of %,d, %,d taken%n", task, done, total, sent);
            out.flush();
        }
    }

    @Override
    public void close() {}
}
