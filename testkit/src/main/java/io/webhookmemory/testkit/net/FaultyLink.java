package io.webhookmemory.testkit.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A network between a client and a server of this machine that can fail: it forwards every connection to the server, until told
 * otherwise. Thread-safe.
 */
public final class FaultyLink implements AutoCloseable {
    private static final long HANG_CHECK_NANOS = 10_000_000;
    private static final int BACKLOG = 128;

    private final InetSocketAddress server;
    private final int port = FreePort.any();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private ServerSocket listener;
    private Thread acceptor;
    private volatile boolean hanging;
    private volatile boolean closed;

    private FaultyLink(InetSocketAddress server) {
        this.server = server;
    }

    /** @param serverPort where the server listens on this machine */
    public static FaultyLink to(int serverPort) {
        FaultyLink link = new FaultyLink(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
        link.restore();
        return link;
    }

    /** Where clients connect. */
    public int port() {
        return port;
    }

    /** As if the server had ended: open connections break, and new ones are refused. */
    public synchronized void cut() {
        close(listener);
        try {
            // The port is free once the acceptor has left its call.
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        breakConnections();
    }

    /** Open connections are reset; new ones work. */
    public void breakConnections() {
        open.forEach(FaultyLink::reset);
    }

    /** Connections stay open, new ones are accepted, and no byte passes. */
    public void hang() {
        hanging = true;
    }

    /** Everything passes again. Of connections that hung, what was sent meanwhile arrives. */
    public synchronized void restore() {
        hanging = false;
        if (listener == null || listener.isClosed()) {
            try {
                ServerSocket opened = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
                listener = opened;
                acceptor = start(() -> accept(opened), "link-" + port);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot listen on port " + port, e);
            }
        }
    }

    private void accept(ServerSocket on) {
        try {
            while (true) {
                connect(on.accept());
            }
        } catch (IOException e) {
            // It was closed: the link is cut.
            close(on);
        }
    }

    private void connect(Socket client) {
        open.add(client);
        Socket toServer = new Socket();
        open.add(toServer);
        try {
            toServer.connect(server);
        } catch (IOException e) {
            reset(client);
            open.remove(client);
            open.remove(toServer);
            return;
        }
        start(() -> forward(client, toServer), "link-" + port + "-to-server");
        start(() -> forward(toServer, client), "link-" + port + "-to-client");
    }

    private void forward(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                while (hanging && !closed) {
                    LockSupport.parkNanos(HANG_CHECK_NANOS);
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // One side has gone; closing tells the other.
            reset(from);
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private static Thread start(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Closes with RST instead of FIN. */
    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It is closed already.
            return;
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        cut();
    }
}
