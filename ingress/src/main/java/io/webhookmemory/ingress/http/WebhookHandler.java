package io.webhookmemory.ingress.http;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochRandomGenerator;
import io.javalin.http.Context;
import io.webhookmemory.ingress.auth.Authenticator;
import io.webhookmemory.ingress.auth.Presented;
import io.webhookmemory.ingress.auth.Verdict;
import io.webhookmemory.ingress.dedup.DuplicateMemory;
import io.webhookmemory.ingress.http.IngressMetrics.Total;
import io.webhookmemory.ingress.status.PipelineWatch;
import io.webhookmemory.service.kafka.EventPublisher;
import io.webhookmemory.service.kafka.NotAcknowledged;
import io.webhookmemory.topics.event.EventIdentity;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.zoho.webhook.Delivery;
import io.webhookmemory.zoho.webhook.Parsed;
import io.webhookmemory.zoho.webhook.PathTarget;
import io.webhookmemory.zoho.webhook.RejectedWebhook;
import io.webhookmemory.zoho.webhook.WebhookParser;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /webhooks/zoho} and {@code /webhooks/zoho/{module}/{operation}}: bound, authenticate, parse, write, answer, in
 * this order. Nothing is looked at before the sender is known, and 200 is said only after Kafka's acknowledgement.
 */
public final class WebhookHandler {
    /** W3C Trace Context, version 00. */
    private static final Pattern TRACEPARENT = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private static final TimeBasedEpochRandomGenerator UUID_V7 = Generators.timeBasedEpochRandomGenerator();
    private static final String MALFORMED = "malformed";

    private final HttpSettings settings;
    private final Duration ackTimeout;
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
            HttpSettings settings,
            Duration ackTimeout,
            DuplicateMemory duplicates,
            EventPublisher publisher,
            PipelineWatch pipeline,
            IngressMetrics metrics,
            Clock clock,
            Executor workers) {
        this.settings = settings;
        this.ackTimeout = ackTimeout;
        this.authenticator = new Authenticator(settings.auth());
        this.parser = new WebhookParser(
                settings.rules(), settings.budget(), () -> UUID_V7.generate().toString());
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

    /** Answers a webhook that was not finished within the server's own limit. */
    void unfinished(Context ctx) {
        notAcknowledged(ctx, new TimeoutException("not finished in time"));
    }

    private void authenticate(Context ctx, long begin) {
        byte[] body = Objects.requireNonNull((byte[]) ctx.req().getAttribute(BodyGathering.BODY));
        Verdict verdict = authenticator.authenticate(presented(ctx), body);
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
        if (settings.overflow() == HttpSettings.Overflow.REJECT && pipeline.isFull()) {
            refuse(ctx, Problem.OVERFLOW);
            return;
        }
        Delivery delivery = new Delivery(
                ctx.header("Content-Type"),
                ctx.header("X-Zoho-Event-Id"),
                verified.sender(),
                clock.instant(),
                target(ctx));
        Parsed parsed = parser.parse(body, delivery);
        if (parsed instanceof Parsed.Events events) {
            metrics.parsed(events);
            ctx.future(() -> accept(ctx, events, delivery, begin));
        } else if (parsed instanceof Parsed.Unprocessable unprocessable) {
            String reason = unprocessable.field() + " " + unprocessable.problem();
            ctx.future(() -> reject(ctx, RejectedWebhook.of(body, delivery, reason), begin, () -> {
                metrics.rejected(unprocessable.field());
                count(Problem.UNPROCESSABLE);
                Problem.UNPROCESSABLE.answer(ctx, Optional.of(unprocessable.field()), Optional.of(reason));
            }));
        } else if (parsed instanceof Parsed.TooLarge tooLarge) {
            ctx.future(() -> reject(ctx, RejectedWebhook.of(body, delivery, tooLarge.problem()), begin, () -> {
                metrics.rejectedTooLarge();
                count(Problem.TOO_MANY_EVENTS);
                Problem.TOO_MANY_EVENTS.answer(ctx, Optional.empty(), Optional.of(tooLarge.problem()));
            }));
        } else if (parsed instanceof Parsed.Unreadable unreadable) {
            Problem problem = problem(unreadable.reason());
            ctx.future(() -> reject(ctx, RejectedWebhook.of(body, delivery, unreadable.text()), begin, () -> {
                metrics.rejected(unreadable.reason());
                count(problem);
                problem.answer(ctx, Optional.empty(), Hints.of(unreadable));
            }));
        }
    }

    private CompletableFuture<?> accept(Context ctx, Parsed.Events webhook, Delivery delivery, long begin) {
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

    /** @param answer called when Kafka has it */
    private CompletableFuture<?> reject(
            Context ctx, ProducerRecord<String, byte[]> record, long begin, Runnable answer) {
        return publisher
                .publish(List.of(), Optional.of(record), traceparent(ctx), timeLeft(begin))
                .thenRunAsync(answer, workers)
                .exceptionallyAsync(error -> notAcknowledged(ctx, error), workers);
    }

    private static Problem problem(Parsed.Unreadable.Reason reason) {
        return switch (reason) {
            case NOT_JSON -> Problem.NOT_JSON;
            case BAD_FORM -> Problem.BAD_FORM;
            case DUPLICATE_NAME -> Problem.DUPLICATE_NAME;
            case PATH_CONFLICT -> Problem.PATH_CONFLICT;
        };
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

    private static Presented presented(Context ctx) {
        // Several signature headers are as good as one with several signatures.
        return new Presented(
                String.join(",", Collections.list(ctx.req().getHeaders("X-Zoho-Signature"))),
                ctx.header("X-Webhook-Token"),
                ctx.queryString(),
                ctx.header("Content-Type"));
    }

    private static Optional<PathTarget> target(Context ctx) {
        Map<String, String> path = ctx.pathParamMap();
        return path.isEmpty()
                ? Optional.empty()
                : Optional.of(new PathTarget(path.get("module"), path.get("operation")));
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
