package io.webhookmemory.quickstart;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.admin.AdminMain;
import io.webhookmemory.console.ConsoleMain;
import io.webhookmemory.ingress.IngressMain;
import io.webhookmemory.processor.StreamProcessorMain;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.sink.MemorySinkMain;
import io.webhookmemory.sink.cognee.CogneeClient;
import io.webhookmemory.sink.cognee.CogneeSettings;
import io.webhookmemory.sink.cognee.Memory;
import io.webhookmemory.subscriptions.SubscriptionsMain;
import io.webhookmemory.testkit.cognee.CogneeDoubleMain;
import io.webhookmemory.testkit.kafka.EmbeddedKafka;
import io.webhookmemory.testkit.net.FreePort;
import io.webhookmemory.testkit.redis.EmbeddedRedis;
import io.webhookmemory.testkit.zoho.ZohoDouble;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * Finds out, while the images are built, which classes each image loads. It runs the services as processes of their
 * own, sends webhooks through them and writes {@code classes.txt} into each image's laid-out directory. The build makes
 * the class data archives from these lists. An archive is resident as a whole, so each image has a list of its own.
 */
final class TrainingRun implements AutoCloseable {
    /** For what the services do at intervals: health checks, commits, lag. */
    private static final Duration PERIODIC_WORK = Duration.ofSeconds(10);

    private static final String ACCOUNT = "5725767000000000001";

    private final Path images;
    private final Path work;
    private final ZohoDouble zoho;
    private final LocalSettings settings;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Deque<TrainedProcess> services = new ArrayDeque<>();
    private final Map<String, Set<String>> classes = new TreeMap<>();

    private TrainingRun(Path images, Path work) {
        this.images = images;
        this.work = work;
        zoho = closing(ZohoDouble.start());
        settings = LocalSettings.from(new Environment(variables()));
    }

    /** @param args the directory of the laid-out images */
    public static void main(String[] args) throws IOException {
        Path work = Files.createTempDirectory("training");
        int code = 1;
        try (TrainingRun run = new TrainingRun(Path.of(args[0]).toAbsolutePath(), work)) {
            run.trainOrReport();
            code = 0;
        } catch (RuntimeException | IOException e) {
            System.err.println("The training run, which lists the classes for the images' archives, failed.");
            e.printStackTrace();
        } finally {
            LocalPipeline.deleteAll(work);
        }
        System.exit(code);
    }

    private Map<String, String> variables() {
        Map<String, String> variables = new HashMap<>(zoho.variables());
        String ingress = String.valueOf(FreePort.any());
        variables.put("INGRESS_PORT", ingress);
        variables.put("WEBHOOK_BASE_URL", "http://localhost:" + ingress);
        variables.put("WEBHOOK_SUBSCRIPTION_CHECK_INTERVAL", "1");
        variables.put("WEBHOOK_SWEEP_INTERVAL", "1");
        variables.put("STREAM_PROCESSOR_STATE_DIR", work.resolve("state").toString());
        List.of(
                        "EMBEDDED_KAFKA_PORT",
                        "REDIS_PORT",
                        "EMBEDDED_COGNEE_PORT",
                        "INGRESS_MANAGEMENT_PORT",
                        "SUBSCRIPTIONS_MANAGEMENT_PORT",
                        "STREAM_PROCESSOR_MANAGEMENT_PORT",
                        "MEMORY_SINK_MANAGEMENT_PORT",
                        "CONSOLE_PORT",
                        "CONSOLE_MANAGEMENT_PORT")
                .forEach(port -> variables.put(port, "0"));
        return variables;
    }

    private void trainOrReport() throws IOException {
        try {
            train();
        } catch (RuntimeException e) {
            services.forEach(service -> System.err.printf("Output of %s:%n%s%n", service.image(), service.output()));
            throw e;
        }
    }

    private void train() throws IOException {
        closing(EmbeddedKafka.start(work.resolve("kafka"), settings.kafkaPort()));
        closing(EmbeddedRedis.start(settings.redisPort()));
        int cognee = settings.cogneePort();
        start("testkit", CogneeDoubleMain.class, String.valueOf(cognee)).awaitOk(cognee, "/health");
        runAdmin("topics", "apply");
        TrainedProcess console = start("console", ConsoleMain.class);
        Map<TrainedProcess, Integer> managementPorts = Map.of(
                start("memory-sink", MemorySinkMain.class),
                port("MEMORY_SINK_MANAGEMENT_PORT"),
                start("stream-processor", StreamProcessorMain.class),
                port("STREAM_PROCESSOR_MANAGEMENT_PORT"),
                start("ingress", IngressMain.class),
                port("INGRESS_MANAGEMENT_PORT"),
                start("subscriptions", SubscriptionsMain.class),
                port("SUBSCRIPTIONS_MANAGEMENT_PORT"),
                console,
                port("CONSOLE_MANAGEMENT_PORT"));
        managementPorts.forEach((service, port) -> service.awaitOk(port, "/readyz"));

        sendWebhooks();
        TrainedProcess.pause(PERIODIC_WORK);
        managementPorts.forEach((service, port) -> service.awaitOk(port, "/metrics"));
        for (String page : List.of("/", "/search", "/dead-letters", "/replay")) {
            console.awaitOk(port("CONSOLE_PORT"), page);
        }
        runAdmin("dlt", "list");

        while (!services.isEmpty()) {
            TrainedProcess service = services.pop();
            service.stop();
            collect(service);
        }
        for (Map.Entry<String, Set<String>> list : classes.entrySet()) {
            Files.write(images.resolve(list.getKey()).resolve("classes.txt"), list.getValue());
            System.out.printf(
                    "%s loads %d classes that are not the project's own%n",
                    list.getKey(), list.getValue().size());
        }
    }

    /** Posts two signed webhooks and changes a record in Zoho, which notifies the ingress; waits for the documents. */
    private void sendWebhooks() {
        await("notification channels", () -> !zoho.channels().isEmpty());
        WebhookClient client =
                new WebhookClient(URI.create("http://localhost:" + port("INGRESS_PORT")), variable("WEBHOOK_SECRET"));
        post(client, "Accounts", record(ACCOUNT).put("Account_Name", "Hollerbach Pumps"));
        post(client, "Deals", inAccount("5725767000000000002").put("Stage", "Negotiation"));
        zoho.put("Contacts", inAccount("5725767000000000003").put("Last_Name", "Reuter"));
        Memory memory =
                CogneeClient.create(CogneeSettings.from(new SettingsReader(environment())), new SimpleMeterRegistry());
        await("three documents", () -> memory.list("account_" + ACCOUNT).size() == 3);
    }

    private static void post(WebhookClient client, String module, ObjectNode record) {
        ObjectNode body =
                Json.MAPPER.createObjectNode().put("operation", "create").put("module", module);
        body.putArray("data").add(record);
        HttpResponse<String> response = client.post("training-" + module, body.toString());
        if (response.statusCode() != 200) {
            throw new IllegalStateException("the ingress refused a webhook: " + response.body());
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TrainedProcess.LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("no " + what + " within " + TrainedProcess.LIMIT);
            }
            TrainedProcess.pause(TrainedProcess.BETWEEN_CALLS);
        }
    }

    private static ObjectNode inAccount(String id) {
        ObjectNode record = record(id);
        record.putObject("Account_Name").put("id", ACCOUNT).put("name", "Hollerbach Pumps");
        return record;
    }

    private static ObjectNode record(String id) {
        return Json.MAPPER
                .createObjectNode()
                .put("id", id)
                .put(
                        "Modified_Time",
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private void runAdmin(String... arguments) {
        try (TrainedProcess command = TrainedProcess.start(
                "admin", images, work, AdminMain.class, environment().variables(), arguments)) {
            command.awaitEnd();
            collect(command);
        }
    }

    private TrainedProcess start(String image, Class<?> main, String... arguments) {
        TrainedProcess process = closing(
                TrainedProcess.start(image, images, work, main, environment().variables(), arguments));
        services.push(process);
        return process;
    }

    private void collect(TrainedProcess stopped) {
        classes.computeIfAbsent(stopped.image(), image -> new TreeSet<>()).addAll(stopped.dependencyClasses());
    }

    private Environment environment() {
        return settings.services();
    }

    private int port(String variable) {
        return Integer.parseInt(variable(variable));
    }

    private String variable(String name) {
        return environment().get(name).orElseThrow();
    }

    private <T extends AutoCloseable> T closing(T part) {
        parts.push(part);
        return part;
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot end the training run", e);
            }
        }
    }
}
