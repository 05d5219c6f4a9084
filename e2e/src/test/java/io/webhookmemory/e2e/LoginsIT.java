package io.webhookmemory.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.webhookmemory.service.lifecycle.StartupException;
import io.webhookmemory.testkit.kafka.SecuredKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What a login that is wrong, or may too little, leads to; and that one that is right may do no more than it must. */
class LoginsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private static Path state;

    private static SecuredPipeline pipeline;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeAll
    static void start() {
        pipeline = new SecuredPipeline(state);
        pipeline.allowWhatIsPrinted();
        assertThat(pipeline.admin("topics", "apply").code()).isZero();
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @BeforeEach
    void listen() {
        log.start();
        root().addAppender(log);
        root().setLevel(Level.INFO);
    }

    @AfterEach
    void no_secret_was_logged() {
        root().detachAppender(log);
        root().setLevel(Level.ERROR);
        assertThat(List.copyOf(log.list))
                .noneMatch(event -> SecuredPipeline.USERS.stream()
                        .anyMatch(user -> said(event).contains(pipeline.password(user))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingress", "subscriptions", "stream-processor", "memory-sink"})
    void a_service_with_a_wrong_password_says_so_and_does_not_start(String service) {
        StartupException refused = refused(
                service,
                pipeline.kafka.variables(service, pipeline.password(service).substring(1)));

        assertThat(refused)
                .hasMessageContaining("Kafka does not accept the login")
                .hasMessageContaining("KAFKA_SASL_JAAS_CONFIG")
                .hasMessageNotContaining(pipeline.password(service).substring(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingress", "subscriptions", "stream-processor", "memory-sink"})
    void a_service_that_does_not_trust_the_brokers_certificate_says_so_and_does_not_start(String service) {
        StartupException refused =
                refused(service, Map.of("KAFKA_SSL_TRUSTSTORE_TYPE", "", "KAFKA_SSL_TRUSTSTORE_LOCATION", ""));

        assertThat(refused)
                .hasMessageContaining("No trusted TLS connection to Kafka")
                .hasMessageContaining("KAFKA_SSL_");
    }

    @ParameterizedTest
    @CsvSource({
        "ingress, WRITE, zoho.webhooks, Write on topic zoho.webhooks",
        "subscriptions, READ, subscriptions, Read on group subscriptions",
        "ingress, DESCRIBE, memory-sink, Describe on group memory-sink",
        "stream-processor, READ, memory.directory, Read on topic memory.directory",
        "memory-sink, READ, memory-sink, Read on group memory-sink",
        "memory-sink, DESCRIBE_CONFIGS, zoho.deals, DescribeConfigs on topic zoho.deals",
    })
    void a_service_that_lacks_a_right_names_it_and_does_not_start(
            String service, String operation, String resource, String words) {
        List<AclBinding> taken = pipeline.printedRules().stream()
                .filter(rule -> rule.entry().principal().equals("User:" + service)
                        && rule.entry().operation().name().equals(operation)
                        && rule.pattern().name().equals(resource))
                .toList();
        assertThat(taken).isNotEmpty();
        pipeline.change(taken, false);
        try {
            assertThat(refused(service, Map.of()))
                    .hasMessageContaining("Kafka does not allow " + words)
                    .hasMessageContaining("\"topics acls\" prints what is needed");
        } finally {
            pipeline.change(taken, true);
        }
    }

    @Test
    void the_admin_command_says_each_in_plain_words() {
        assertThat(told(pipeline.kafka.variables("admin", "wrong"), "dlt", "list"))
                .startsWith("3 ")
                .contains("Kafka does not accept the login");
        assertThat(told(
                        Map.of("KAFKA_SSL_TRUSTSTORE_TYPE", "", "KAFKA_SSL_TRUSTSTORE_LOCATION", ""),
                        "topics",
                        "verify"))
                .startsWith("3 ")
                .contains("No trusted TLS connection to Kafka");
        // The broker never responds to such a client, however long the command waits.
        assertThat(told(
                        Map.of("KAFKA_SECURITY_PROTOCOL", "PLAINTEXT", "KAFKA_DEFAULT_API_TIMEOUT_MS", "2000"),
                        "topics",
                        "verify"))
                .startsWith("3 ")
                .contains("Kafka does not respond", "KAFKA_SECURITY_PROTOCOL");
        assertThat(told(Map.of("KAFKA_SSL_TRUSTSTORE_LOCATION", "/nowhere/ca.pem"), "topics", "verify"))
                .startsWith("3 ")
                .contains("/nowhere/ca.pem");
        assertThat(told(pipeline.kafka.variables("ingress", pipeline.password("ingress")), "dlt", "redrive"))
                .startsWith("3 ")
                .contains("Kafka does not allow this", "topics acls");
        assertThat(told(pipeline.kafka.variables("ingress", pipeline.password("ingress")), "replay", "--since", "1d"))
                .startsWith("3 ")
                .contains("Kafka does not allow this", "topics acls");
    }

    @Test
    void the_memory_sink_may_write_events() {
        assertThat(writtenByTheSink(pipeline.printedRules())).contains("zoho.accounts", "zoho.deals");
    }

    private static List<String> writtenByTheSink(List<AclBinding> rules) {
        return rules.stream()
                .filter(rule -> rule.entry().principal().equals("User:memory-sink")
                        && rule.entry().operation() == AclOperation.WRITE)
                .map(rule -> rule.pattern().name())
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "ingress, zoho.deals",
        "ingress, memory.sync.dlt",
        "ingress, memory.directory",
        "ingress, zoho.webhooks.links",
        "memory-sink, zoho.webhooks.links",
        "admin, zoho.webhooks.links",
        "subscriptions, zoho.deals",
        "stream-processor, zoho.webhooks",
        "stream-processor, memory.sync.dlt",
        "stream-processor, memory.directory",
        "memory-sink, zoho.webhooks",
        "memory-sink, memory.sync.dlt.handled",
        "memory-sink, zoho.webhooks.rejected",
        "admin, zoho.deals",
        "admin, memory.sync.dlt",
        "admin, memory.directory",
    })
    void a_service_may_not_write_what_it_need_not(String service, String topic) {
        Map<String, Object> options = options(service);
        options.put("enable.idempotence", "false");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(options, new StringSerializer(), new StringSerializer())) {
            assertThatThrownBy(() ->
                            producer.send(new ProducerRecord<>(topic, "k", "v")).get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ingress, memory.sync.dlt",
        "ingress, zoho.webhooks",
        "ingress, zoho.deals",
        "ingress, memory.directory",
        "stream-processor, memory.sync.dlt",
        "stream-processor, zoho.deals",
        "memory-sink, zoho.webhooks",
        "memory-sink, zoho.webhooks.rejected",
    })
    void a_service_may_not_read_what_it_need_not(String service, String topic) {
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(options(service), new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            consumer.seekToBeginning(consumer.assignment());

            assertThatThrownBy(() -> await().atMost(LIMIT).until(() -> {
                        consumer.poll(Duration.ofMillis(100));
                        return false;
                    }))
                    .isInstanceOf(TopicAuthorizationException.class);
        }
    }

    private static Map<String, Object> options(String user) {
        Map<String, Object> options = new HashMap<>(pipeline.kafka.clientOptions(user, pipeline.password(user)));
        options.put("isolation.level", "read_committed");
        return options;
    }

    @Test
    void a_password_is_changed_without_a_gap_by_a_second_login_with_the_same_rights() {
        pipeline.start("memory-sink", Map.of());
        pipeline.start("stream-processor", Map.of());
        pipeline.start("ingress", Map.of());
        pipeline.start("subscriptions", Map.of());
        String password = SecuredKafka.newPassword();
        pipeline.kafka.setPassword("memory-sink-2", password);
        pipeline.change(pipeline.printedRules("--principal", "memory-sink=User:memory-sink-2"), true);

        pipeline.restart("memory-sink", pipeline.kafka.variables("memory-sink-2", password));
        pipeline.kafka.removeLogin("memory-sink");
        pipeline.zoho.put("Accounts", SecuredKafkaIT.record("7101", "Account_Name", "After the change"));

        await().atMost(LIMIT)
                .until(() -> !pipeline.cognee.documents("account_7101").isEmpty());
        pipeline.kafka.setPassword("memory-sink", pipeline.password("memory-sink"));
    }

    private static StartupException refused(String service, Map<String, String> variables) {
        return catchThrowableOfType(StartupException.class, () -> pipeline.start(service, variables));
    }

    private static String told(Map<String, String> variables, String... arguments) {
        SecuredPipeline.Told told = pipeline.admin(pipeline.environment("admin", variables), arguments);
        return told.code() + " " + told.words();
    }

    private static String said(ILoggingEvent event) {
        return event.getFormattedMessage()
                + (event.getThrowableProxy() == null
                        ? ""
                        : event.getThrowableProxy().getMessage())
                + event.getKeyValuePairs();
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
