package io.webhookmemory.quickstart;

import io.webhookmemory.console.ConsoleService;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.lifecycle.PipelineService;
import io.webhookmemory.service.lifecycle.ServiceRunner;
import io.webhookmemory.topics.catalogue.Topics;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Starts the whole pipeline, sends a few webhooks, prints the result of each, and keeps running. */
public final class Quickstart implements PipelineService {
    private static final Duration ARRIVAL_LIMIT = Duration.ofSeconds(60);

    private final LocalPipeline pipeline;
    private final ConsoleService console;
    private final PrintStream out;
    private final CompletableFuture<Void> terminated = new CompletableFuture<>();

    private Quickstart(LocalPipeline pipeline, PrintStream out) {
        this.pipeline = pipeline;
        this.console = ConsoleService.create(pipeline.environment());
        this.out = out;
    }

    static Quickstart create(Environment environment) {
        return new Quickstart(LocalPipeline.create(environment), System.out);
    }

    public static void main(String[] args) {
        ServiceRunner.run("quickstart", Quickstart::create);
    }

    @Override
    public void start() {
        Instant begin = Instant.now();
        out.printf(
                "Starting Kafka (%s), Redis (%s:%s) and Cognee (%s)…%n",
                pipeline.bootstrapServers(),
                pipeline.variable("REDIS_HOST"),
                pipeline.environment().get("REDIS_PORT").orElse("6379"),
                pipeline.variable("COGNEE_URL"));
        pipeline.startParts();
        pipeline.cognee()
                .ifPresent(cognee -> cognee.refuse(
                        text -> text.contains(SampleWebhooks.REFUSED_BY_THE_DOUBLE), 415, "Unsupported file content"));
        out.println("Starting ingress, stream-processor, memory-sink and the console…");
        console.start();
        pipeline.startServices();
        pipeline.terminated().whenComplete((ended, error) -> {
            if (error != null) {
                terminated.completeExceptionally(error);
            }
        });
        out.printf(
                "Up after %.1f s. The console: http://localhost:%s/%n%n",
                Duration.between(begin, Instant.now()).toMillis() / 1000.0, pipeline.variable("CONSOLE_PORT"));

        SampleWebhooks samples = new SampleWebhooks(begin);
        tell(sendAndFollow(samples));
        invite(samples.forTheReader());
    }

    private List<Journey> sendAndFollow(SampleWebhooks samples) {
        WebhookClient client = pipeline.webhookClient();
        try (Tracker tracker = new Tracker(new SettingsReader(pipeline.environment()))) {
            tracker.checkMemory()
                    .ifPresent(problem ->
                            out.printf("Memory cannot be used: %s.%nEvents wait until it can.%n%n", problem));
            List<Journey> begun = samples.inOrder().stream()
                    .map(webhook -> Journey.begun(webhook, client.post(webhook.eventId(), webhook.body())))
                    .toList();
            List<Journey> ended = tracker.follow(begun, ARRIVAL_LIMIT);
            tracker.trouble().ifPresent(trouble -> out.printf("Memory does not answer as it should: %s%n%n", trouble));
            return ended;
        }
    }

    private void tell(List<Journey> journeys) {
        out.printf("What became of %d signed webhooks:%n%n", journeys.size());
        for (Journey journey : journeys) {
            SampleWebhooks.Sample webhook = journey.webhook();
            out.printf("  %s (%s %s)%n", webhook.title(), webhook.module(), webhook.recordId());
            out.printf("     ingress     HTTP %d, %s%n", journey.httpStatus(), journey.answer());
            journey.routed().ifPresent(found -> {
                out.printf(
                        "     processor   on topic %s%s%n",
                        found.topic(), found.event().urgent() ? ", critical" : "");
                out.printf("     account     %s%n", found.event().accountId());
            });
            if (journey.accepted()) {
                out.printf("     memory      %s%n", journey.arrival().orElse("has not arrived yet"));
            }
        }
        out.println();
    }

    private void invite(SampleWebhooks.Sample sample) {
        String secret = pipeline.variable("WEBHOOK_SECRET").split(",", -1)[0];
        out.printf("It stays up; Ctrl-C stops it.%n%n");
        out.printf("  console     http://localhost:%s/%n", pipeline.variable("CONSOLE_PORT"));
        out.printf("  health      %s/webhooks/health%n", pipeline.ingress());
        out.printf("  metrics     %s/webhooks/metrics%n", pipeline.ingress());
        for (String service : List.of("INGRESS", "STREAM_PROCESSOR", "MEMORY_SINK")) {
            out.printf("  Prometheus  http://localhost:%s/metrics%n", pipeline.variable(service + "_MANAGEMENT_PORT"));
        }
        out.printf("  memory      %s/api/v1/datasets%n%n", pipeline.variable("COGNEE_URL"));
        out.printf("Post a webhook of your own:%n%n");
        out.printf(
                "curl -s -X POST %s/webhooks/zoho -H 'Content-Type: application/json' -H 'X-Zoho-Signature: %s' -d '%s'%n%n",
                pipeline.ingress(), WebhookClient.sign(secret, sample.body()), sample.body());
        out.printf("Read the dead letters, with their reasons in the headers:%n%n");
        out.printf(
                "java -cp 'quickstart/target/lib/*' org.apache.kafka.tools.consumer.ConsoleConsumer --bootstrap-server %s"
                        + " --topic %s --from-beginning --timeout-ms 5000 --formatter-property print.headers=true%n%n",
                pipeline.bootstrapServers(), Topics.DLT);
    }

    @Override
    public CompletableFuture<Void> terminated() {
        return terminated;
    }

    @Override
    public void close() {
        out.println("Stopping…");
        console.close();
        pipeline.close();
        terminated.complete(null);
        out.println("Stopped.");
    }
}
