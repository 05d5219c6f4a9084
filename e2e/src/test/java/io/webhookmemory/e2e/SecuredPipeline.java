package io.webhookmemory.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.admin.cli.AdminCommand;
import io.webhookmemory.ingress.IngressService;
import io.webhookmemory.processor.ProcessorService;
import io.webhookmemory.quickstart.WebhookClient;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.lifecycle.PipelineService;
import io.webhookmemory.sink.SinkService;
import io.webhookmemory.subscriptions.SubscriptionsService;
import io.webhookmemory.subscriptions.cli.SubscriptionsCommand;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.testkit.kafka.SecuredKafka;
import io.webhookmemory.testkit.net.FreePort;
import io.webhookmemory.testkit.redis.EmbeddedRedis;
import io.webhookmemory.testkit.zoho.ZohoDouble;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.SecurityUtils;

/** The whole pipeline on a broker with TLS, logins and access rules; each service has a login of its own. */
final class SecuredPipeline implements AutoCloseable {
    static final String SECRET = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    static final List<String> USERS = List.of("ingress", "stream-processor", "memory-sink", "subscriptions", "admin");
    private static final Map<String, Function<Environment, PipelineService>> SERVICES = Map.of(
            "ingress", IngressService::create,
            "stream-processor", ProcessorService::create,
            "memory-sink", SinkService::create,
            "subscriptions", SubscriptionsService::create);

    final SecuredKafka kafka = SecuredKafka.start();
    final EmbeddedRedis redis = EmbeddedRedis.start();
    final CogneeDouble cognee = CogneeDouble.start();
    final ZohoDouble zoho = ZohoDouble.start();
    final URI ingress = URI.create("http://localhost:" + FreePort.any());
    private final Map<String, String> passwords = new HashMap<>();
    private final Path state;
    private final Map<String, PipelineService> running = new LinkedHashMap<>();

    SecuredPipeline(Path state) {
        this.state = state;
        USERS.forEach(user -> passwords.put(user, SecuredKafka.newPassword()));
        passwords.forEach(kafka::setPassword);
    }

    /** A command's words and exit code. */
    record Told(int code, String words) {}

    /** The variables of a service, with its own login. */
    Environment environment(String service, Map<String, String> further) {
        Map<String, String> variables = new HashMap<>(kafka.variables(service, passwords.get(service)));
        variables.putAll(zoho.variables());
        variables.putAll(Map.of(
                "TOPICS_PARTITIONS", "2",
                "REDIS_HOST", "localhost",
                "REDIS_PORT", String.valueOf(redis.port()),
                "COGNEE_URL", cognee.url(),
                "WEBHOOK_SECRET", SECRET,
                "WEBHOOK_BASE_URL", ingress.toString(),
                "INGRESS_PORT", String.valueOf(ingress.getPort()),
                "STREAM_PROCESSOR_STATE_DIR", state.toString()));
        variables.putAll(Map.of(
                "INGRESS_MANAGEMENT_PORT", "0",
                "STREAM_PROCESSOR_MANAGEMENT_PORT", "0",
                "MEMORY_SINK_MANAGEMENT_PORT", "0",
                "SUBSCRIPTIONS_MANAGEMENT_PORT", "0",
                "WEBHOOK_SWEEP_INTERVAL", "1",
                "WEBHOOK_RETRY_DELAY_BASE", "0.05",
                "WEBHOOK_BATCH_TIMEOUT", "0.2"));
        variables.putAll(further);
        return new Environment(variables);
    }

    /** Gives every user the rights that {@code topics acls} prints for it. */
    void allowWhatIsPrinted() {
        change(printedRules(), true);
    }

    List<AclBinding> printedRules(String... further) {
        List<String> arguments = new ArrayList<>(List.of("topics", "acls", "--output", "json"));
        arguments.addAll(List.of(further));
        List<AclBinding> bindings = new ArrayList<>();
        admin(arguments.toArray(String[]::new)).words().lines().forEach(line -> bindings.addAll(bindings(line)));
        return bindings;
    }

    void change(List<AclBinding> rules, boolean allow) {
        try (Admin admin = kafka.admin()) {
            if (allow) {
                admin.createAcls(rules).all().get();
            } else {
                admin.deleteAcls(rules.stream().map(AclBinding::toFilter).toList())
                        .all()
                        .get();
            }
        } catch (Exception e) {
            throw new IllegalStateException("cannot change the access rules", e);
        }
    }

    private static List<AclBinding> bindings(String json) {
        try {
            JsonNode line = Json.MAPPER.readTree(json);
            ResourcePattern pattern = new ResourcePattern(
                    ResourceType.valueOf(upperCase(line.path("resource").asText())),
                    line.path("name").asText(),
                    PatternType.valueOf(upperCase(line.path("pattern_type").asText())));
            List<AclBinding> bindings = new ArrayList<>();
            line.path("operations").forEach(operation -> {
                AclOperation known = SecurityUtils.operation(operation.asText());
                bindings.add(new AclBinding(
                        pattern,
                        new AccessControlEntry(line.path("principal").asText(), "*", known, AclPermissionType.ALLOW)));
            });
            return bindings;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String upperCase(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** Starts a service as it starts in production, and stops it when this is closed. */
    PipelineService start(String service, Map<String, String> further) {
        PipelineService started = SERVICES.get(service).apply(environment(service, further));
        try {
            started.start();
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
        running.put(service, started);
        return started;
    }

    /** Stops a service and starts it with some variables changed. */
    void restart(String service, Map<String, String> further) {
        running.remove(service).close();
        start(service, further);
    }

    Told admin(String... arguments) {
        return admin(environment("admin", Map.of()), arguments);
    }

    Told admin(Environment environment, String... arguments) {
        StringWriter output = new StringWriter();
        int code = AdminCommand.commandLine(environment)
                .setOut(new PrintWriter(output, true))
                .setErr(new PrintWriter(output, true))
                .execute(arguments);
        return new Told(code, output.toString());
    }

    /** The command line of the subscriptions service, with its login. */
    Told subscriptions(String... arguments) {
        StringWriter output = new StringWriter();
        int code = SubscriptionsCommand.commandLine(environment("subscriptions", Map.of()), Clock.systemUTC())
                .setOut(new PrintWriter(output, true))
                .setErr(new PrintWriter(output, true))
                .execute(arguments);
        return new Told(code, output.toString());
    }

    String password(String user) {
        return passwords.get(user);
    }

    WebhookClient client() {
        return new WebhookClient(ingress, SECRET);
    }

    @Override
    public void close() {
        running.values().forEach(PipelineService::close);
        zoho.close();
        cognee.close();
        redis.close();
        kafka.close();
    }
}
