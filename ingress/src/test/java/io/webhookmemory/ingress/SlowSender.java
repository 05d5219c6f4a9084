package io.webhookmemory.ingress;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A sender that sends what it likes and then trickles, a byte at a time, for as long as it is let. */
final class SlowSender implements AutoCloseable {
    private final Socket socket;
    private ScheduledFuture<?> trickle;
    private volatile boolean cutOff;

    SlowSender(int port, Duration patience) {
        try {
            socket = new Socket("localhost", port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) patience.toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SlowSender send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    SlowSender send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (SocketException e) {
            cutOff = true;
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Says that nothing more comes; the answer can still be read. */
    SlowSender endOutput() {
        try {
            socket.shutdownOutput();
        } catch (SocketException e) {
            cutOff = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    SlowSender trickle(ScheduledExecutorService scheduler, Duration interval) {
        trickle = scheduler.scheduleWithFixedDelay(
                () -> send("x"), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        return this;
    }

    /** Reads until the server closes; what it said, however it ended the connection. */
    String untilClosed() {
        StringBuilder said = new StringBuilder();
        try {
            InputStream in = socket.getInputStream();
            for (int c = in.read(); c >= 0; c = in.read()) {
                said.append((char) c);
            }
        } catch (SocketException e) {
            return said.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return said.toString();
    }

    /** Whether the server takes nothing more from it: it has closed both ways. */
    boolean isCutOff() {
        return cutOff;
    }

    @Override
    public void close() {
        if (trickle != null) {
            trickle.cancel(false);
        }
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
