package io.webhookmemory.ingress;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A sender that sends what it likes and then trickles, a byte at a time, for as long as it is let. */
final class SlowSender implements AutoCloseable {
    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)\r\nContent-Length: (\\d+)");

    private final Socket socket;
    private ScheduledFuture<?> trickle;
    private volatile boolean cutOff;

    SlowSender(int port, Duration patience) {
        this(port, patience, OptionalInt.empty());
    }

    private SlowSender(int port, Duration patience, OptionalInt receiveBuffer) {
        try {
            socket = new Socket();
            if (receiveBuffer.isPresent()) {
                socket.setReceiveBufferSize(receiveBuffer.getAsInt());
            }
            socket.connect(new InetSocketAddress("localhost", port));
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) patience.toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A client whose host takes little of a response until it is read. */
    static SlowSender withSmallBuffer(int port, Duration patience) {
        return new SlowSender(port, patience, OptionalInt.of(1024));
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

    /** Says that nothing more comes; the response can still be read. */
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

    /** Reads one response whose body's length is declared. */
    String response() {
        StringBuilder said = new StringBuilder();
        try {
            InputStream in = socket.getInputStream();
            while (said.indexOf("\r\n\r\n") < 0) {
                said.append((char) in.read());
            }
            Matcher length = CONTENT_LENGTH.matcher(said);
            for (int left = length.find() ? Integer.parseInt(length.group(1)) : 0; left > 0; left--) {
                said.append((char) in.read());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return said.toString();
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
