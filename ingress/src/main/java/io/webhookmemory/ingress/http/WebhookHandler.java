package io.webhookmemory.ingress.http;

import io.javalin.http.Context;
import io.webhookmemory.ingress.IngressMetrics;
import io.webhookmemory.ingress.IngressMetrics.Total;
import io.webhookmemory.ingress.IngressSettings;
import io.webhookmemory.ingress.auth.Authenticator;
import io.webhookmemory.ingress.auth.Verdict;
import io.webhookmemory.ingress.dedup.DuplicateMemory;
import io.webhookmemory.ingress.kafka.EventPublisher;
import io.webhookmemory.ingress.kafka.NotAcknowledged;
import io.webhookmemory.ingress.status.PipelineWatch;
import io.webhookmemory.ingress.webhook.EventBudget;
import io.webhookmemory.ingress.webhook.Parsed;
import io.webhookmemory.ingress.webhook.WebhookParser;
import io.webhookmemory.topics.event.WebhookEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /webhooks/zoho}: bound, authenticate, parse, write, answer, in this order. Nothing is looked at before the
 * sender is known, and 200 is said only after Kafka's acknowledgement.
 */
public final class WebhookHandler {
    /** W3C Trace Context, version 00. */
    private static final Pattern TRACEPARENT = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private static final String MALFORMED = "malformed";

    private final IngressSettings settings;
    private final Authenticator authenticator;
    private final WebhookParser parser;
    private final DuplicateMemory duplicates;
    private final EventPublisher publisher;
    private final PipelineWatch pipeline;
    private final IngressMetrics metrics;
    private final Clock clock;
    private final Executor workers;
    private final LimitedLog outages =
            new LimitedLog(LoggerFactory.getLogger(WebhookHandler.class), "webhooks not stored");

    /** @param workers threads that may block, for going on after Redis and Kafka have answered */
    public WebhookHandler(
            IngressSettings settings,
            DuplicateMemory duplicates,
            EventPublisher publisher,
            PipelineWatch pipeline,
            IngressMetrics metrics,
            Clock clock,
            Executor workers) {
        this.settings = settings;
        this.authenticator = new Authenticator(settings.auth(), settings.secrets());
        this.parser = new WebhookParser(
                settings.catalogue().modules(), new EventBudget(settings.maxRecords(), settings.maxEventBytes()));
        this.duplicates = duplicates;
        this.publisher = publisher;
        this.pipeline = pipeline;
        this.metrics = metrics;
        this.clock = clock;
        this.workers = workers;
        Stream.of(Problem.values()).map(Problem::outcome).forEach(metrics::expect);
        Stream.of("accepted", "duplicate", NotAcknowledged.WINDOW_FULL, "internal", MALFORMED)
                .forEach(metrics::expect);
    }

    /** The body of a 200. */
    record Accepted(String status, String eventId, String message, boolean queued) {}

    public void handle(Context ctx) {
        long begin = System.nanoTime();
        metrics.count(Total.EVENTS);
        if (!settings.enabled()) {
            refuse(ctx, Problem.DISABLED);
        } else if (isCompressed(ctx)) {
            refuse(ctx, Problem.COMPRESSED);
        } else {
            authenticate(ctx, begin);
        }
    }

    /** Counts a request that is no HTTP. */
    void malformed() {
        metrics.request(MALFORMED);
    }

    /** Counts a webhook whose body was not taken, so that it did not come here. */
    void refusedUnread(Problem problem) {
        metrics.count(Total.EVENTS);
        count(problem);
    }

    private void authenticate(Context ctx, long begin) {
        byte[] body = Objects.requireNonNull((byte[]) ctx.req().getAttribute(BodyGathering.BODY));
        Verdict verdict = authenticator.authenticate(ctx.header("X-Zoho-Signature"), body);
        if (verdict instanceof Verdict.Verified verified) {
            metrics.count(Total.VERIFIED);
            metrics.verified(verified);
            handleVerified(ctx, body, verified, begin);
        } else if (verdict instanceof Verdict.Denied denied) {
            metrics.denied(denied.reason());
            refuse(ctx, Problem.UNAUTHORIZED);
        }
    }

    private void handleVerified(Context ctx, byte[] body, Verdict.Verified verified, long begin) {
        if (settings.overflow() == IngressSettings.Overflow.REJECT && pipeline.isFull()) {
            refuse(ctx, Problem.OVERFLOW);
            return;
        }
        Parsed parsed = parser.parse(body, ctx.header("X-Zoho-Event-Id"), verified.source(), clock.instant());
        if (parsed instanceof Parsed.Events events) {
            ctx.future(() -> accept(ctx, events, begin));
        } else if (parsed instanceof Parsed.Unprocessable unprocessable) {
            String reason = unprocessable.field() + " " + unprocessable.problem();
            ctx.future(() -> keep(ctx, body, Problem.UNPROCESSABLE, Optional.of(unprocessable.field()), reason));
        } else if (parsed instanceof Parsed.TooLarge tooLarge) {
            ctx.future(() -> keep(ctx, body, Problem.TOO_MANY_EVENTS, Optional.empty(), tooLarge.problem()));
        } else {
            refuse(ctx, Problem.NOT_JSON);
        }
    }

    private CompletableFuture<?> accept(Context ctx, Parsed.Events webhook, long begin) {
        List<String> ids = webhook.events().stream().map(WebhookEvent::eventId).toList();
        // Kafka's client may block, and must not block Redis's event loop.
        return duplicates
                .seen(ids)
                .thenComposeAsync(seen -> write(ctx, webhook, seen, begin), workers)
                .exceptionallyAsync(error -> notAcknowledged(ctx, error), workers);
    }

    private CompletableFuture<Void> write(Context ctx, Parsed.Events webhook, Set<String> seen, long begin) {
        String webhookId = webhook.eventId();
        List<WebhookEvent> fresh = webhook.events().stream()
                .filter(event -> !seen.contains(event.eventId()))
                .toList();
        if (fresh.isEmpty()) {
            answer(ctx, Total.DUPLICATED, new Accepted("duplicate", webhookId, "received before", false));
            return CompletableFuture.completedFuture(null);
        }
        // Of the events only the names are kept while Kafka is waited for: the records are much larger.
        List<String> ids = fresh.stream().map(WebhookEvent::eventId).toList();
        return publisher
                .publish(fresh, traceparent(ctx), timeLeft(begin))
                .thenAcceptAsync(
                        done -> {
                            duplicates.remember(ids);
                            metrics.acknowledged(System.nanoTime() - begin, ids.size());
                            answer(
                                    ctx,
                                    Total.QUEUED,
                                    new Accepted("accepted", webhookId, "stored for processing", true));
                        },
                        workers);
    }

    private void answer(Context ctx, Total total, Accepted body) {
        metrics.count(total);
        metrics.request(body.status());
        ctx.json(body);
    }

    /** The limit holds for the whole request: what parsing took is not Kafka's any more. */
    private Duration timeLeft(long begin) {
        return settings.ackTimeout().minusNanos(System.nanoTime() - begin);
    }

    private CompletableFuture<?> keep(
            Context ctx, byte[] body, Problem problem, Optional<String> field, String reason) {
        return publisher
                .reject(body, reason, traceparent(ctx))
                .thenAcceptAsync(
                        done -> {
                            count(problem);
                            problem.answer(ctx, field, Optional.of(reason));
                        },
                        workers)
                .exceptionallyAsync(error -> notAcknowledged(ctx, error), workers);
    }

    private Void notAcknowledged(Context ctx, Throwable error) {
        Throwable cause = error instanceof CompletionException ? error.getCause() : error;
        String reason = cause instanceof NotAcknowledged known ? known.reason() : "internal";
        outages.warn(reason, cause instanceof NotAcknowledged ? cause.getCause() : cause);
        metrics.count(Total.FAILED);
        metrics.request(reason);
        Problem.NOT_ACKNOWLEDGED.answer(ctx);
        return null;
    }

    private void refuse(Context ctx, Problem problem) {
        count(problem);
        problem.answer(ctx);
    }

    private void count(Problem problem) {
        metrics.count(Total.REJECTED);
        metrics.request(problem.outcome());
    }

    private static boolean isCompressed(Context ctx) {
        String encoding = ctx.header("Content-Encoding");
        return encoding != null && !encoding.isBlank() && !encoding.strip().equalsIgnoreCase("identity");
    }

    private static Optional<String> traceparent(Context ctx) {
        return Optional.ofNullable(ctx.header("traceparent"))
                .filter(trace -> TRACEPARENT.matcher(trace).matches());
    }
}
