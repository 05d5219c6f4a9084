package io.webhookmemory.service.management;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the one request of a connection to the management port. */
final class ManagementHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementHandler.class);
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String PLAIN = "text/plain";

    private final Health health;
    private final PrometheusMeterRegistry metrics;
    private final Executor reports;

    /** @param reports for what may take a while */
    ManagementHandler(Health health, PrometheusMeterRegistry metrics, Executor reports) {
        this.health = health;
        this.metrics = metrics;
        this.reports = reports;
    }

    private record Response(HttpResponseStatus status, String contentType, String text) {}

    private interface Report {
        Response make() throws IOException;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        boolean head = request.method().equals(HttpMethod.HEAD);
        if (request.decoderResult().isFailure()) {
            send(ctx, head, new Response(HttpResponseStatus.BAD_REQUEST, PLAIN, "bad request\n"));
        } else if (!head && !request.method().equals(HttpMethod.GET)) {
            send(ctx, head, new Response(HttpResponseStatus.METHOD_NOT_ALLOWED, PLAIN, "GET or HEAD\n"));
        } else {
            switch (new QueryStringDecoder(request.uri()).path()) {
                case "/livez" -> send(ctx, head, new Response(HttpResponseStatus.OK, PLAIN, "alive\n"));
                case "/readyz" -> report(ctx, head, this::readiness);
                case "/metrics" ->
                    report(ctx, head, () -> new Response(HttpResponseStatus.OK, PROMETHEUS_TEXT, metrics.scrape()));
                default -> send(ctx, head, new Response(HttpResponseStatus.NOT_FOUND, PLAIN, "not found\n"));
            }
        }
    }

    private Response readiness() throws IOException {
        Health.Report report = health.report();
        return new Response(
                report.ready() ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE,
                "application/json",
                Json.MAPPER.writeValueAsString(report));
    }

    private void report(ChannelHandlerContext ctx, boolean head, Report report) {
        reports.execute(() -> {
            if (!ctx.channel().isActive()) {
                // Its time is over; the report would be for no reader.
                return;
            }
            try {
                send(ctx, head, report.make());
            } catch (IOException | RuntimeException e) {
                LOG.error("report failed", e);
                send(ctx, head, new Response(HttpResponseStatus.INTERNAL_SERVER_ERROR, PLAIN, "failed\n"));
            }
        });
    }

    private static void send(ChannelHandlerContext ctx, boolean head, Response response) {
        byte[] body = response.text().getBytes(StandardCharsets.UTF_8);
        DefaultFullHttpResponse message = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, response.status(), head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
        message.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, response.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (response.status().equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
            message.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
        }
        ctx.writeAndFlush(message).addListener(ChannelFutureListener.CLOSE);
    }

    /** Such as a client that hung up; there is nobody to answer. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("management connection failed", cause);
        ctx.close();
    }
}
