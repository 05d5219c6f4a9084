package io.webhookmemory.ingress;

import static io.webhookmemory.ingress.IngressFixture.account;
import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.KafkaProcess;
import io.webhookmemory.testkit.ServiceProcess;
import io.webhookmemory.testkit.net.FreePort;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is frozen amid its requests finds every time limit exceeded at once when it thaws. */
class FrozenIngressIT {
    /** Much longer than every limit of the requests below. */
    private static final Duration FREEZE = Duration.ofSeconds(4);

    private static final int REQUESTS = 200;
    private static final int ROUNDS = 3;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port = FreePort.any();

    @TempDir
    private Path directory;

    @Test
    void every_request_of_a_process_that_thaws_gets_503() {
        int managementPort = FreePort.any();
        try (KafkaProcess kafka = KafkaProcess.start(directory)) {
            KafkaForTests.applyCatalogue(kafka.bootstrapServers(), Map.of());
            try (ServiceProcess ingress = ServiceProcess.start(
                            IngressMain.class,
                            Map.of(
                                    "KAFKA_BOOTSTRAP_SERVERS",
                                    kafka.bootstrapServers(),
                                    "WEBHOOK_SECRET",
                                    IngressFixture.SECRET,
                                    "WEBHOOK_ACK_TIMEOUT_MS",
                                    "1000",
                                    "INGRESS_PORT",
                                    String.valueOf(port),
                                    "INGRESS_MANAGEMENT_PORT",
                                    String.valueOf(managementPort),
                                    "REDIS_PORT",
                                    "1"),
                            directory.resolve("ingress.log"))
                    .awaitReady(managementPort)) {
                for (int round = 0; round < ROUNDS; round++) {
                    // None of them is acknowledged before the ingress is frozen, too.
                    kafka.freeze();
                    List<CompletableFuture<Integer>> responses =
                            IntStream.range(0, REQUESTS).mapToObj(this::post).toList();
                    ingress.freeze();
                    LockSupport.parkNanos(FREEZE.toNanos());
                    ingress.thaw();

                    assertThat(responses).extracting(CompletableFuture::join).containsOnly(503);
                    kafka.thaw();
                }
            }
        }
    }

    private CompletableFuture<Integer> post(int number) {
        String body = account("frozen-" + number);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/webhooks/zoho"))
                .header("X-Zoho-Signature", IngressFixture.sign(body))
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.discarding()).thenApply(HttpResponse::statusCode);
    }
}
