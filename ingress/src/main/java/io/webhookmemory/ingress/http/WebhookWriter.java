package io.webhookmemory.ingress.http;

import io.javalin.http.Context;
import io.webhookmemory.ingress.dedup.DuplicateMemory;
import io.webhookmemory.ingress.http.IngressMetrics.Total;
import io.webhookmemory.service.kafka.EventPublisher;
import io.webhookmemory.service.kafka.NotAcknowledged;
import io.webhookmemory.topics.event.EventIdentity;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.zoho.webhook.Delivery;
import io.webhookmemory.zoho.webhook.Parsed;
import io.webhookmemory.zoho.webhook.RejectedWebhook;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.LoggerFactory;

/**
 * Brings a parsed webhook to Kafka and answers its sender: 200 only after Kafka's acknowledgement, 503 where it does not come
 * within what is left of the acknowledgement limit. Thread-safe.
 */
final class WebhookWriter {
    /** W3C Trace Context, version 00. */
    private static final Pattern TRACEPARENT = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private final Duration ackTimeout;
    private final DuplicateMemory duplicates;
    private final EventPublisher publisher;
    private final IngressMetrics metrics;
    private final Executor workers;
    private final LimitedLog outages =
            new LimitedLog(LoggerFactory.getLogger(WebhookWriter.class), "webhooks not stored");

    /**
     * @param ackTimeout of the whole request, what came before included
     * @param workers threads that may block, for going on after Redis and Kafka have answered
     */
    WebhookWriter(
            Duration ackTimeout,
            DuplicateMemory duplicates,
            EventPublisher publisher,
            IngressMetrics metrics,
            Executor workers) {
        this.ackTimeout = ackTimeout;
        this.duplicates = duplicates;
        this.publisher = publisher;
        this.metrics = metrics;
        this.workers = workers;
        Stream.of("accepted", "duplicate", NotAcknowledged.WINDOW_FULL, "internal")
                .forEach(metrics::expect);
    }

    /**
     * Writes the events that Redis does not know and the records that are rejected, and answers.
     *
     * @param begin when the request began, on the clock of {@link System#nanoTime()}
     */
    CompletableFuture<?> accept(Context ctx, Parsed.Events webhook, Delivery delivery, long begin) {
        List<String> identities =
                webhook.events().stream().map(WebhookEvent::identity).toList();
        // Kafka's client may block, and must not block Redis's event loop.
        return duplicates
                .recent(identities, webhook.deliveryId())
                .thenComposeAsync(recent -> write(ctx, webhook, delivery, recent, begin), workers)
                .exceptionallyAsync(error -> notAcknowledged(ctx, error), workers);
    }

    private CompletableFuture<Void> write(
            Context ctx, Parsed.Events webhook, Delivery delivery, DuplicateMemory.Recent recent, long begin) {
        List<WebhookEvent> fresh = webhook.events().stream()
                .filter(event -> !recent.seen().contains(event.identity()))
                .toList();
        boolean repeat = fresh.isEmpty();
        Accepted response = repeat ? Accepted.duplicate(webhook) : Accepted.queued(webhook);
        // The good records may have come without the bad ones before.
        if (repeat && webhook.remainder().isEmpty()) {
            answer(ctx, Total.DUPLICATED, response);
            return CompletableFuture.completedFuture(null);
        }
        // Of the events only the names are kept while Kafka is waited for: the records are much larger.
        List<String> identities = fresh.stream().map(WebhookEvent::identity).toList();
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
                .thenAcceptAsync(
                        done -> {
                            metrics.acknowledged(System.nanoTime() - begin, identities.size());
                            note(acknowledged);
                            answer(ctx, repeat ? Total.DUPLICATED : Total.QUEUED, response);
                        },
                        workers);
    }

    /**
     * What is noted of a webhook once Kafka has it.
     *
     * @param use what its event id is used for
     * @param firstUse what its event id was used for before
     */
    private record Acknowledged(
            List<String> identities,
            Optional<String> eventId,
            String use,
            Optional<String> firstUse,
            int withoutTime,
            List<Parsed.BadRecord> rejected) {}

    private void note(Acknowledged webhook) {
        duplicates.remember(webhook.identities());
        webhook.eventId().ifPresent(id -> duplicates.rememberUse(id, webhook.use()));
        if (webhook.firstUse().filter(first -> !first.equals(webhook.use())).isPresent()) {
            metrics.reusedEventId();
        }
        metrics.withoutTime(webhook.withoutTime());
        webhook.rejected().forEach(bad -> metrics.rejected(bad.field()));
    }

    private void answer(Context ctx, Total total, Accepted body) {
        metrics.count(total);
        metrics.request(body.status());
        ctx.json(body);
    }

    /** The limit holds for the whole request: what parsing took is not Kafka's any more. */
    private Duration timeLeft(long begin) {
        return ackTimeout.minusNanos(System.nanoTime() - begin);
    }

    /**
     * Writes what is rejected of a webhook, or the whole of it.
     *
     * @param answer called when Kafka has it
     */
    CompletableFuture<?> reject(Context ctx, ProducerRecord<String, byte[]> record, long begin, Runnable answer) {
        return publisher
                .publish(List.of(), Optional.of(record), traceparent(ctx), timeLeft(begin))
                .thenRunAsync(answer, workers)
                .exceptionallyAsync(error -> notAcknowledged(ctx, error), workers);
    }

    /** Answers a webhook that Kafka does not have as far as is known. */
    Void notAcknowledged(Context ctx, Throwable error) {
        Throwable cause = error instanceof CompletionException ? error.getCause() : error;
        String reason = cause instanceof NotAcknowledged known ? known.reason() : "internal";
        outages.warn(reason, cause instanceof NotAcknowledged ? cause.getCause() : cause);
        metrics.count(Total.FAILED);
        metrics.request(reason);
        Problem.NOT_ACKNOWLEDGED.answer(ctx);
        return null;
    }

    private static Optional<String> traceparent(Context ctx) {
        return Optional.ofNullable(ctx.header("traceparent"))
                .filter(trace -> TRACEPARENT.matcher(trace).matches());
    }
}
