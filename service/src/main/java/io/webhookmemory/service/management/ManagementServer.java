package io.webhookmemory.service.management;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.webhookmemory.service.lifecycle.StartupException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The port for probes and Prometheus. It is separate from the service's own port, so that it can stay closed to the
 * outside.
 *
 * <ul>
 * <li>{@code /livez}: 200 as long as the process responds; it depends on nothing else, so that an outage of Kafka does
 * not make an orchestrator restart healthy processes.
 * <li>{@code /readyz}: 200 or 503, with every component's state.
 * <li>{@code /metrics}: Prometheus text.
 * </ul>
 *
 * <p>No thread waits for a client. A connection has one request and a few seconds, and the oldest connection is closed
 * for a new one, so that silent clients cannot block a probe. The server is Netty, which every service already has for
 * Redis; the JDK's server blocks a thread for every unfinished request, and its time limits are properties of the whole
 * JVM.
 */
public final class ManagementServer implements AutoCloseable {
    private static final Duration CONNECTION_TIME = Duration.ofSeconds(10);
    private static final int MAX_CONNECTIONS = 64;
    private static final int MAX_LINE_BYTES = 1024;
    private static final int MAX_HEAD_BYTES = 8 * 1024;
    private static final int MAX_BODY_BYTES = 1024;

    private final InetSocketAddress address;
    private final Health health;
    private final PrometheusMeterRegistry metrics;
    private final Duration connectionTime;
    private final EventLoopGroup network =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("management", true), NioIoHandler.newFactory());
    /** Runs what may take long; a liveness probe must not wait behind it. */
    private final ThreadPoolExecutor reports = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_CONNECTIONS),
            new DefaultThreadFactory("management-report", true),
            new ThreadPoolExecutor.DiscardPolicy());
    /** Open connections, the oldest first; only the one network thread uses it. */
    private final Set<Channel> connections = new LinkedHashSet<>();

    private volatile Channel listener;

    /** @param port 0 for any free port */
    public ManagementServer(String host, int port, Health health, PrometheusMeterRegistry metrics) {
        this(host, port, health, metrics, CONNECTION_TIME);
    }

    ManagementServer(String host, int port, Health health, PrometheusMeterRegistry metrics, Duration connectionTime) {
        this.address = new InetSocketAddress(host, port);
        this.health = health;
        this.metrics = metrics;
        this.connectionTime = connectionTime;
    }

    /** @throws StartupException if the port cannot be opened */
    public void start() {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(network)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4 * MAX_CONNECTIONS)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        admit(channel);
                        channel.pipeline()
                                .addLast(new HttpServerCodec(MAX_LINE_BYTES, MAX_HEAD_BYTES, MAX_HEAD_BYTES))
                                .addLast(new HttpObjectAggregator(MAX_BODY_BYTES, true))
                                .addLast(new ManagementHandler(health, metrics, reports));
                    }
                });
        try {
            listener = bootstrap.bind(address).sync().channel();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted while opening the management port", e);
        } catch (Exception e) {
            // Netty rethrows the checked exception of the bind without declaring it.
            throw new StartupException(
                    "management port " + address.getPort() + " of " + address.getHostString() + ": " + e.getMessage(),
                    e);
        }
    }

    private void admit(Channel channel) {
        if (connections.size() >= MAX_CONNECTIONS) {
            Channel oldest = connections.iterator().next();
            connections.remove(oldest);
            oldest.close();
        }
        connections.add(channel);
        channel.closeFuture().addListener(closed -> connections.remove(channel));
        channel.eventLoop().schedule(() -> channel.close(), connectionTime.toMillis(), TimeUnit.MILLISECONDS);
    }

    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Override
    public void close() {
        reports.shutdownNow();
        network.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
