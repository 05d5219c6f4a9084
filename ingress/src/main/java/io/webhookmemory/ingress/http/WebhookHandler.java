package io.webhookmemory.ingress.http;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochRandomGenerator;
import io.javalin.http.Context;
import io.webhookmemory.ingress.auth.Authenticator;
import io.webhookmemory.ingress.auth.Presented;
import io.webhookmemory.ingress.auth.Verdict;
import io.webhookmemory.ingress.dedup.RecentEventIds;
import io.webhookmemory.ingress.http.IngressMetrics.Total;
import io.webhookmemory.ingress.status.PipelineWatch;
import io.webhookmemory.service.kafka.EventPublisher;
import io.webhookmemory.zoho.webhook.Delivery;
import io.webhookmemory.zoho.webhook.Parsed;
import io.webhookmemory.zoho.webhook.PathTarget;
import io.webhookmemory.zoho.webhook.RejectedWebhook;
import io.webhookmemory.zoho.webhook.WebhookParser;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * {@code POST /webhooks/zoho} and {@code /webhooks/zoho/{module}/{operation}}: authenticates, then parses. {@link
 * WebhookWriter} writes to Kafka and responds. Nothing else of the body is parsed before the sender is authenticated.
 */
public final class WebhookHandler {
    private static final TimeBasedEpochRandomGenerator UUID_V7 = Generators.timeBasedEpochRandomGenerator();
    private static final String MALFORMED = "malformed";

    private final HttpSettings settings;
    private final Authenticator authenticator;
    private final WebhookParser parser;
    private final PipelineWatch pipeline;
    private final IngressMetrics metrics;
    private final Clock clock;
    private final WebhookWriter writer;

    /** @param workers threads that may block; they continue after Redis and Kafka have responded */
    public WebhookHandler(
            HttpSettings settings,
            Duration ackTimeout,
            RecentEventIds recentEventIds,
            EventPublisher publisher,
            PipelineWatch pipeline,
            IngressMetrics metrics,
            Clock clock,
            Executor workers) {
        this.settings = settings;
        this.authenticator = new Authenticator(settings.auth());
        this.parser = new WebhookParser(
                settings.rules(), settings.budget(), () -> UUID_V7.generate().toString());
        this.pipeline = pipeline;
        this.metrics = metrics;
        this.clock = clock;
        this.writer = new WebhookWriter(ackTimeout, recentEventIds, publisher, metrics, workers);
        Stream.of(Problem.values()).map(Problem::outcome).forEach(metrics::expect);
        metrics.expect(MALFORMED);
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

    /** Counts a request that is not valid HTTP. */
    void countMalformed() {
        metrics.request(MALFORMED);
    }

    /** Counts a webhook that was refused while its body was received, before it reached this handler. */
    void countRefused(Problem problem) {
        metrics.count(Total.EVENTS);
        count(problem);
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
            ctx.future(() -> writer.accept(ctx, events, delivery, begin));
        } else if (parsed instanceof Parsed.Unprocessable unprocessable) {
            String reason = unprocessable.field() + " " + unprocessable.problem();
            ctx.future(() -> writer.reject(ctx, RejectedWebhook.of(body, delivery, reason), begin, () -> {
                metrics.rejected(unprocessable.field());
                count(Problem.UNPROCESSABLE);
                Problem.UNPROCESSABLE.respond(ctx, Optional.of(unprocessable.field()), Optional.of(reason));
            }));
        } else if (parsed instanceof Parsed.TooLarge tooLarge) {
            ctx.future(() -> writer.reject(ctx, RejectedWebhook.of(body, delivery, tooLarge.problem()), begin, () -> {
                metrics.rejectedTooLarge();
                count(Problem.TOO_MANY_EVENTS);
                Problem.TOO_MANY_EVENTS.respond(ctx, Optional.empty(), Optional.of(tooLarge.problem()));
            }));
        } else if (parsed instanceof Parsed.Unreadable unreadable) {
            Problem problem = problem(unreadable.reason());
            ctx.future(() -> writer.reject(ctx, RejectedWebhook.of(body, delivery, unreadable.text()), begin, () -> {
                metrics.rejected(unreadable.reason());
                count(problem);
                problem.respond(ctx, Optional.empty(), Hints.of(unreadable));
            }));
        }
    }

    private static Problem problem(Parsed.Unreadable.Reason reason) {
        return switch (reason) {
            case NOT_JSON -> Problem.NOT_JSON;
            case BAD_FORM -> Problem.BAD_FORM;
            case DUPLICATE_NAME -> Problem.DUPLICATE_NAME;
            case PATH_CONFLICT -> Problem.PATH_CONFLICT;
        };
    }

    private void refuse(Context ctx, Problem problem) {
        count(problem);
        problem.respond(ctx);
    }

    private void count(Problem problem) {
        metrics.count(Total.REJECTED);
        metrics.request(problem.outcome());
    }

    private static Presented presented(Context ctx) {
        // Several signature headers are equivalent to one header with several signatures.
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
}
