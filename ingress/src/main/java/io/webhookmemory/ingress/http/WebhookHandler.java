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
import io.webhookmemory.ingress.webhook.Parsed;
import io.webhookmemory.ingress.webhook.WebhookParser;
import io.webhookmemory.topics.event.WebhookEvent;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /webhooks/zoho}: bound, authenticate, parse, write, answer, in this order. Nothing is looked at before the
 * sender is known, and 200 is said only after Kafka's acknowledgement.
 */
public final class WebhookHandler {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookHandler.class);
    /** W3C Trace Context, version 00. */
    private static final Pattern TRACEPARENT = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private final IngressSettings settings;
    private final Authenticator authenticator;
    private final WebhookParser parser;
    private final DuplicateMemory duplicates;
    private final EventPublisher publisher;
    private final PipelineWatch pipeline;
    private final IngressMetrics metrics;
    private final Clock clock;

    public WebhookHandler(
            IngressSettings settings,
            DuplicateMemory duplicates,
            EventPublisher publisher,
            PipelineWatch pipeline,
            IngressMetrics metrics,
            Clock clock) {
        this.settings = settings;
        this.authenticator = new Authenticator(settings.auth(), settings.secrets());
        this.parser = new WebhookParser(settings.catalogue().modules());
        this.duplicates = duplicates;
        this.publisher = publisher;
        this.pipeline = pipeline;
        this.metrics = metrics;
        this.clock = clock;
        Stream.of(Problem.values()).map(Problem::outcome).forEach(metrics::expect);
        Stream.of("accepted", "duplicate", NotAcknowledged.WINDOW_FULL, "internal")
                .forEach(metrics::expect);
    }

    /** The body of a 200. */
    record Accepted(String status, String eventId, String message, boolean queued) {}

    public void handle(Context ctx) {
        metrics.count(Total.EVENTS);
        if (!settings.enabled()) {
            refuse(ctx, Problem.DISABLED);
        } else if (isCompressed(ctx)) {
            refuse(ctx, Problem.COMPRESSED);
        } else {
            readAndHandle(ctx);
        }
    }

    /** Counts a webhook that was refused for the length it declared, before it came here. */
    void refusedUnread() {
        metrics.count(Total.EVENTS);
        count(Problem.TOO_LARGE);
    }

    private void readAndHandle(Context ctx) {
        Optional<byte[]> body;
        try {
            body = BoundedBody.read(ctx.req(), settings.maxBodyBytes());
        } catch (IOException e) {
            LOG.debug("body not read", e);
            refuse(ctx, Problem.TIMED_OUT);
            return;
        }
        if (body.isEmpty()) {
            // The rest of the body is not worth reading; the connection goes with it.
            ctx.header("Connection", "close");
            refuse(ctx, Problem.TOO_LARGE);
            return;
        }
        Verdict verdict = authenticator.authenticate(ctx.header("X-Zoho-Signature"), body.get());
        if (verdict instanceof Verdict.Verified verified) {
            metrics.count(Total.VERIFIED);
            metrics.verified(verified);
            handleVerified(ctx, body.get(), verified);
        } else if (verdict instanceof Verdict.Denied denied) {
            metrics.denied(denied.reason());
            refuse(ctx, Problem.UNAUTHORIZED);
        }
    }

    private void handleVerified(Context ctx, byte[] body, Verdict.Verified verified) {
        if (settings.overflow() == IngressSettings.Overflow.REJECT && pipeline.isFull()) {
            refuse(ctx, Problem.OVERFLOW);
            return;
        }
        Parsed parsed = parser.parse(body, ctx.header("X-Zoho-Event-Id"), verified.source(), clock.instant());
        if (parsed instanceof Parsed.Events events) {
            ctx.future(() -> accept(ctx, events));
        } else if (parsed instanceof Parsed.Unprocessable unprocessable) {
            ctx.future(() -> keep(ctx, body, unprocessable));
        } else {
            refuse(ctx, Problem.NOT_JSON);
        }
    }

    private CompletableFuture<?> accept(Context ctx, Parsed.Events webhook) {
        long begin = System.nanoTime();
        return duplicates
                .seen(webhook.events())
                .thenCompose(seen -> {
                    List<WebhookEvent> fresh = webhook.events().stream()
                            .filter(event -> !seen.contains(event.eventId()))
                            .toList();
                    return fresh.isEmpty()
                            ? CompletableFuture.completedFuture(duplicate(ctx, webhook))
                            : publisher.publish(fresh, traceparent(ctx)).thenApply(done -> {
                                duplicates.remember(fresh);
                                metrics.acknowledged(System.nanoTime() - begin, fresh.size());
                                return accepted(ctx, webhook);
                            });
                })
                .exceptionally(error -> notAcknowledged(ctx, error));
    }

    private Void accepted(Context ctx, Parsed.Events webhook) {
        metrics.count(Total.QUEUED);
        metrics.request("accepted");
        ctx.json(new Accepted("accepted", webhook.eventId(), "stored for processing", true));
        return null;
    }

    private Void duplicate(Context ctx, Parsed.Events webhook) {
        metrics.count(Total.DUPLICATED);
        metrics.request("duplicate");
        ctx.json(new Accepted("duplicate", webhook.eventId(), "received before", false));
        return null;
    }

    private CompletableFuture<?> keep(Context ctx, byte[] body, Parsed.Unprocessable unprocessable) {
        String reason = unprocessable.field() + " " + unprocessable.problem();
        return publisher
                .reject(body, reason, traceparent(ctx))
                .thenAccept(done -> {
                    count(Problem.UNPROCESSABLE);
                    Problem.UNPROCESSABLE.answer(ctx, Optional.of(unprocessable.field()), Optional.of(reason));
                })
                .exceptionally(error -> notAcknowledged(ctx, error));
    }

    private Void notAcknowledged(Context ctx, Throwable error) {
        Throwable cause = error instanceof CompletionException ? error.getCause() : error;
        String reason = cause instanceof NotAcknowledged known ? known.reason() : "internal";
        // Without the stack: in an outage there is one for every sender, and writing them would delay the answers.
        LOG.atWarn()
                .addKeyValue("reason", reason)
                .addKeyValue("cause", String.valueOf(cause.getCause()))
                .log("webhook not stored");
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
