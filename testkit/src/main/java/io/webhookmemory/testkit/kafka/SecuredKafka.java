package io.webhookmemory.testkit.kafka;

import io.webhookmemory.testkit.files.TemporaryDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/**
 * A broker configured as in production: TLS with a certificate of its own authority, SCRAM-SHA-512 logins, and no
 * access without an access rule. Keys and passwords are created at every start and deleted when it is closed.
 */
public final class SecuredKafka implements AutoCloseable {
    /** A user that may do everything. Its name is not that of a service or of the command line, which may not. */
    public static final String ADMIN = "kafka-admin";

    private static final String BROKER = "broker";
    private static final int SCRAM_ITERATIONS = 4096;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path directory;
    private final Certificates certificates;
    private final String adminPassword = newPassword();
    private final EmbeddedKafka kafka;

    private SecuredKafka(Path directory) {
        this.directory = directory;
        certificates = Certificates.create(directory, newPassword());
        kafka = EmbeddedKafka.start(directory, security());
    }

    public static SecuredKafka start() {
        return new SecuredKafka(TemporaryDirectory.create("secured-kafka"));
    }

    private ListenerSecurity security() {
        String brokerPassword = newPassword();
        return new ListenerSecurity(
                "SASL_SSL",
                "SSL",
                List.of(scramUser(BROKER, brokerPassword), scramUser(ADMIN, adminPassword)),
                Map.ofEntries(
                        Map.entry("ssl.keystore.type", "PKCS12"),
                        Map.entry(
                                "ssl.keystore.location", certificates.keyStore().toString()),
                        Map.entry("ssl.keystore.password", certificates.password()),
                        Map.entry("ssl.key.password", certificates.password()),
                        Map.entry("ssl.truststore.type", "PEM"),
                        Map.entry(
                                "ssl.truststore.location",
                                certificates.authority().toString()),
                        Map.entry("listener.name.controller.ssl.client.auth", "required"),
                        Map.entry("sasl.enabled.mechanisms", "SCRAM-SHA-512"),
                        Map.entry("sasl.mechanism.inter.broker.protocol", "SCRAM-SHA-512"),
                        Map.entry("security.inter.broker.protocol", "SASL_SSL"),
                        Map.entry(
                                "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config", jaas(BROKER, brokerPassword)),
                        Map.entry("authorizer.class.name", RecordingAuthorizer.class.getName()),
                        // The node itself authenticates to its controller by its certificate.
                        Map.entry("super.users", "User:CN=localhost;User:" + BROKER + ";User:" + ADMIN)));
    }

    private static String scramUser(String name, String password) {
        return "SCRAM-SHA-512=[name=" + name + ",password=" + password + "]";
    }

    private static String jaas(String user, String password) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                .formatted(user, password);
    }

    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    /** The certificate that clients must trust, PEM. */
    public Path authority() {
        return certificates.authority();
    }

    /** A random password. */
    public static String newPassword() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Creates a user, or changes its password; a user may do nothing until a rule allows it. */
    public void setPassword(String user, String password) {
        alter(new UserScramCredentialUpsertion(
                user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, SCRAM_ITERATIONS), password));
    }

    /** The user can no longer log in. */
    public void removeLogin(String user) {
        alter(new UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_512));
    }

    private void alter(UserScramCredentialAlteration alteration) {
        try (Admin admin = admin()) {
            admin.alterUserScramCredentials(List.of(alteration)).all().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot change the login of " + alteration.user(), e);
        }
    }

    /** The environment variables with which a service logs in. */
    public Map<String, String> variables(String user, String password) {
        return Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                bootstrapServers(),
                "KAFKA_SECURITY_PROTOCOL",
                "SASL_SSL",
                "KAFKA_SASL_MECHANISM",
                "SCRAM-SHA-512",
                "KAFKA_SASL_JAAS_CONFIG",
                jaas(user, password),
                "KAFKA_SSL_TRUSTSTORE_TYPE",
                "PEM",
                "KAFKA_SSL_TRUSTSTORE_LOCATION",
                authority().toString());
    }

    /** The options with which Kafka's own clients and scripts log in. */
    public Map<String, Object> clientOptions(String user, String password) {
        return Map.of(
                "bootstrap.servers",
                bootstrapServers(),
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "SCRAM-SHA-512",
                "sasl.jaas.config",
                jaas(user, password),
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                authority().toString());
    }

    /** The password of {@link #ADMIN}. */
    public String adminPassword() {
        return adminPassword;
    }

    /** A client that may do everything. */
    public Admin admin() {
        return Admin.create(adminOptions());
    }

    /** The options of any client that may do everything. */
    public Map<String, Object> adminOptions() {
        return clientOptions(ADMIN, adminPassword);
    }

    @Override
    public void close() {
        kafka.close();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
