package io.webhookmemory.ingress.http;

import io.javalin.http.Context;
import io.webhookmemory.ingress.dedup.RecentEventIds;
import io.webhookmemory.ingress.http.IngressMetrics.Total;
import io.webhookmemory.ingress.status.PipelineWatch;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/** {@code GET /webhooks/health} and {@code GET /webhooks/metrics}, with the fields of the original service. */
public final class StatusHandlers {
    private final PipelineWatch pipeline;
    private final RecentEventIds recentEventIds;
    private final IngressMetrics metrics;
    private final int capacity;
    private final Clock clock;

    public StatusHandlers(
            PipelineWatch pipeline, RecentEventIds recentEventIds, IngressMetrics metrics, int capacity, Clock clock) {
        this.pipeline = pipeline;
        this.recentEventIds = recentEventIds;
        this.metrics = metrics;
        this.capacity = capacity;
        this.clock = clock;
    }

    /** @param queueUtilization such as {@code 0.1%} */
    record HealthBody(
            String status,
            boolean redisConnected,
            boolean kafkaConnected,
            long queueSize,
            int queueCapacity,
            String queueUtilization,
            Map<String, String> components,
            Instant timestamp) {}

    record MetricsBody(
            long totalEvents,
            long verifiedEvents,
            long rejectedEvents,
            long duplicatedEvents,
            long queuedEvents,
            long failedEvents,
            String acceptanceRate,
            String deduplicationRate,
            long currentQueueSize,
            Instant timestamp) {}

    /** 200 if healthy or degraded, 503 if no webhook can be stored. */
    public void health(Context ctx) {
        PipelineWatch.View view = pipeline.view();
        boolean redis = recentEventIds.isConnected();
        boolean healthy = redis
                && view.queueSize() < capacity
                && view.components().values().stream()
                        .noneMatch(status -> status.matches("degraded|unavailable|missing|unknown"));
        String status = !view.kafkaConnected() ? "unavailable" : healthy ? "healthy" : "degraded";
        ctx.status(view.kafkaConnected() ? 200 : 503)
                .json(new HealthBody(
                        status,
                        redis,
                        view.kafkaConnected(),
                        view.queueSize(),
                        capacity,
                        percent(view.queueSize(), capacity),
                        view.components(),
                        clock.instant()));
    }

    public void metrics(Context ctx) {
        long total = metrics.total(Total.EVENTS);
        ctx.json(new MetricsBody(
                total,
                metrics.total(Total.VERIFIED),
                metrics.total(Total.REJECTED),
                metrics.total(Total.DUPLICATED),
                metrics.total(Total.QUEUED),
                metrics.total(Total.FAILED),
                percent(metrics.total(Total.VERIFIED), total),
                percent(metrics.total(Total.DUPLICATED), total),
                pipeline.view().queueSize(),
                clock.instant()));
    }

    private static String percent(long part, long whole) {
        return String.format(Locale.ROOT, "%.1f%%", whole == 0 ? 0.0 : 100.0 * part / whole);
    }
}
