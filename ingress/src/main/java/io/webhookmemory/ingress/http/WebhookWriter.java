package io.webhookmemory.ingress.http;

import io.javalin.http.Context;
import io.webhookmemory.ingress.dedup.RecentEventIds;
import io.webhookmemory.ingress.http.IngressMetrics.Total;
import io.webhookmemory.service.kafka.EventPublisher;
import io.webhookmemory.service.kafka.NotAcknowledged;
import io.webhookmemory.topics.event.EventIdentity;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.PreparedEvent;
import io.webhookmemory.zoho.webhook.Delivery;
import io.webhookmemory.zoho.webhook.Parsed;
import io.webhookmemory.zoho.webhook.RejectedWebhook;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.LoggerFactory;

/**
 * Writes a parsed webhook to Kafka and responds to the sender: 200 only after Kafka's acknowledgement, 503 if it does not
 * arrive within the rest of the acknowledgement timeout. Thread-safe.
 */
final class WebhookWriter {
    /** W3C Trace Context, version 00. */
    private static final Pattern TRACEPARENT = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    /**
     * After Kafka's acknowledgement of so few events, its client's thread responds: nothing blocks, and to wake another thread up
     * takes more processor time than the response.
     */
    private static final int FEW_EVENTS = 100;

    private static final Executor SAME_THREAD = Runnable::run;

    /** For the steps to end after their own time limits. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Duration ackTimeout;
    private final RecentEventIds recentEventIds;
    private final EventPublisher publisher;
    private final IngressMetrics metrics;
    private final Executor workers;
    private final LimitedLog outages =
            new LimitedLog(LoggerFactory.getLogger(WebhookWriter.class), "webhooks not stored");

    /**
     * @param ackTimeout for the whole request, including authentication and parsing
     * @param workers threads that may block; they continue after Redis and Kafka have responded
     */
    WebhookWriter(
            Duration ackTimeout,
            RecentEventIds recentEventIds,
            EventPublisher publisher,
            IngressMetrics metrics,
            Executor workers) {
        this.ackTimeout = ackTimeout;
        this.recentEventIds = recentEventIds;
        this.publisher = publisher;
        this.metrics = metrics;
        this.workers = workers;
        Stream.of("accepted", "duplicate", NotAcknowledged.WINDOW_FULL, "internal")
                .forEach(metrics::expect);
    }

    /**
     * Writes the rejected records, and the events that are not among the recent event ids; then responds.
     *
     * @param begin the start of the request, by {@link System#nanoTime()}
     */
    CompletableFuture<?> accept(Context ctx, Parsed.Events webhook, Delivery delivery, long begin) {
        List<String> identities =
                webhook.events().stream().map(WebhookEvent::identity).toList();
        // Kafka's client may block, so it must not run on the event loop of the Redis client.
        return respond(
                ctx,
                recentEventIds
                        .lookUp(identities, webhook.deliveryId())
                        .thenComposeAsync(recent -> write(ctx, webhook, delivery, recent, begin), workers));
    }

    /**
     * Responds once, by one thread, because a context is not thread-safe: with what the steps result in, or with 503 if they
     * fail or do not end. Each step has its own time limit; in a process that was frozen, all limits are exceeded at once.
     *
     * @param response writes the response
     */
    private CompletableFuture<Void> respond(Context ctx, CompletableFuture<Runnable> response) {
        return response.exceptionallyAsync(error -> () -> respondNotAcknowledged(ctx, error), workers)
                .completeOnTimeout(
                        () -> respondNotAcknowledged(ctx, new TimeoutException("not finished in time")),
                        ackTimeout.plus(GRACE).toNanos(),
                        TimeUnit.NANOSECONDS)
                .thenAccept(Runnable::run);
    }

    private CompletableFuture<Runnable> write(
            Context ctx, Parsed.Events webhook, Delivery delivery, RecentEventIds.Recent recent, long begin) {
        List<PreparedEvent> fresh = webhook.prepared().stream()
                .filter(prepared -> !recent.seen().contains(prepared.event().identity()))
                .toList();
        boolean repeat = fresh.isEmpty();
        Accepted response = repeat ? Accepted.duplicate(webhook) : Accepted.queued(webhook);
        // An earlier delivery may have contained the same good records without the bad ones.
        if (repeat && webhook.remainder().isEmpty()) {
            return CompletableFuture.completedFuture(() -> respond(ctx, Total.DUPLICATED, response));
        }
        // While the write is pending, only the identities stay in memory: the records are much larger.
        List<String> identities =
                fresh.stream().map(prepared -> prepared.event().identity()).toList();
        Acknowledged acknowledged = new Acknowledged(
                identities,
                webhook.deliveryId(),
                EventIdentity.combined(
                        webhook.events().stream().map(WebhookEvent::identity).toList()),
                recent.use(),
                repeat ? 0 : webhook.withoutTime(),
                webhook.remainder().map(Parsed.Remainder::records).orElse(List.of()));
        return publisher
                .publish(
                        fresh,
                        webhook.remainder().map(rest -> RejectedWebhook.of(rest, delivery)),
                        traceparent(ctx),
                        timeLeft(begin))
                .thenApplyAsync(
                        done -> {
                            metrics.acknowledged(System.nanoTime() - begin, identities.size());
                            afterAcknowledgement(acknowledged);
                            return () -> respond(ctx, repeat ? Total.DUPLICATED : Total.QUEUED, response);
                        },
                        identities.size() > FEW_EVENTS ? workers : SAME_THREAD);
    }

    /**
     * What is stored and counted for a webhook after Kafka's acknowledgement.
     *
     * @param use the combined identity of this webhook's events
     * @param firstUse the combined identity that the event id was first used for
     */
    private record Acknowledged(
            List<String> identities,
            Optional<String> eventId,
            String use,
            Optional<String> firstUse,
            int withoutTime,
            List<Parsed.BadRecord> rejected) {}

    private void afterAcknowledgement(Acknowledged webhook) {
        recentEventIds.add(webhook.identities(), webhook.eventId(), webhook.use());
        if (webhook.firstUse().filter(first -> !first.equals(webhook.use())).isPresent()) {
            metrics.reusedEventId();
        }
        metrics.withoutTime(webhook.withoutTime());
        webhook.rejected().forEach(bad -> metrics.rejected(bad.field()));
    }

    private void respond(Context ctx, Total total, Accepted body) {
        metrics.count(total);
        metrics.request(body.status());
        ctx.json(body);
    }

    /** The timeout covers the whole request, so the time for parsing is subtracted. */
    private Duration timeLeft(long begin) {
        return ackTimeout.minusNanos(System.nanoTime() - begin);
    }

    /**
     * Rejects a webhook, or the bad records of one.
     *
     * @param response writes the response after Kafka's acknowledgement
     */
    CompletableFuture<?> reject(Context ctx, ProducerRecord<String, byte[]> record, long begin, Runnable response) {
        return respond(
                ctx,
                publisher
                        .publish(List.of(), Optional.of(record), traceparent(ctx), timeLeft(begin))
                        .thenApplyAsync(done -> response, workers));
    }

    /** Responds 503 to a webhook that Kafka has not acknowledged. */
    private void respondNotAcknowledged(Context ctx, Throwable error) {
        Throwable cause = error instanceof CompletionException ? error.getCause() : error;
        String reason = cause instanceof NotAcknowledged known ? known.reason() : "internal";
        outages.warn(reason, cause instanceof NotAcknowledged ? cause.getCause() : cause);
        metrics.count(Total.FAILED);
        metrics.request(reason);
        Problem.NOT_ACKNOWLEDGED.respond(ctx);
    }

    private static Optional<String> traceparent(Context ctx) {
        return Optional.ofNullable(ctx.header("traceparent"))
                .filter(trace -> TRACEPARENT.matcher(trace).matches());
    }
}
