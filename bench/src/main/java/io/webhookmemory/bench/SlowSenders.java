package io.webhookmemory.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Senders that announce a large body and send one byte per second. A disconnected one reconnects. */
final class SlowSenders {
    private static final byte[] HEAD =
            "POST /webhooks/zoho HTTP/1.1\r\nHost: localhost\r\nX-Zoho-Signature: x\r\nContent-Length: 1000000\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final URI server;
    private final Queue<SocketChannel> channels = new ArrayDeque<>();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private int wanted;

    SlowSenders(URI server) {
        this.server = server;
        scheduler.scheduleAtFixedRate(this::aByteEach, 1, 1, TimeUnit.SECONDS);
    }

    /** Returns when there are this many; 0 disconnects all. */
    synchronized void keep(int count) {
        wanted = count;
        while (channels.size() > wanted) {
            close(channels.remove());
        }
        connectMissing();
    }

    private synchronized void aByteEach() {
        for (int i = channels.size(); i > 0; i--) {
            SocketChannel channel = channels.remove();
            try {
                channel.write(ByteBuffer.wrap(new byte[] {'x'}));
                channels.add(channel);
            } catch (IOException e) {
                close(channel);
            }
        }
        connectMissing();
    }

    private void connectMissing() {
        try {
            while (channels.size() < wanted) {
                SocketChannel channel = SocketChannel.open(new InetSocketAddress(server.getHost(), server.getPort()));
                channel.write(ByteBuffer.wrap(HEAD));
                channels.add(channel);
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot connect another slow sender", e);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
