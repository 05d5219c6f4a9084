package io.webhookmemory.admin;

import io.webhookmemory.admin.cli.AdminCommand;
import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.service.config.Environment;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs the {@code admin} command line as a process. */
public final class AdminMain {
    private static final Duration LAST_COMMIT = Duration.ofSeconds(10);

    private AdminMain() {}

    public static void main(String[] args) {
        // Standard output belongs to the command; log messages of the clients go to standard error.
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "logback-admin.xml");
        }
        StopSignal stop = new StopSignal();
        CountDownLatch finished = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndAwait(stop, finished), "stop"));
        int code = AdminCommand.commandLine(Environment.ofProcess(), stop).execute(args);
        finished.countDown();
        System.exit(code);
    }

    private static void stopAndAwait(StopSignal stop, CountDownLatch finished) {
        stop.stop();
        try {
            finished.await(LAST_COMMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
