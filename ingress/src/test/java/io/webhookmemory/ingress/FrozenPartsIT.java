package io.webhookmemory.ingress;

import static io.webhookmemory.ingress.IngressFixture.account;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.KafkaProcess;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.testkit.kafka.EmbeddedKafka;
import io.webhookmemory.testkit.redis.EmbeddedRedis;
import io.webhookmemory.topics.catalogue.Topics;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that holds its connections and says nothing is the worst kind of outage. */
class FrozenPartsIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @Test
    void with_the_broker_frozen_every_sender_gets_503_and_after_it_what_was_acknowledged_is_there() {
        try (KafkaProcess kafka = KafkaProcess.start(directory);
                EmbeddedRedis redis = EmbeddedRedis.start()) {
            KafkaForTests.applyCatalogue(kafka.bootstrapServers(), Map.of());
            try (IngressFixture ingress = IngressFixture.start(
                    kafka.bootstrapServers(), redis.port(), Map.of("WEBHOOK_ACK_TIMEOUT_MS", "2000"))) {
                // The first, on a busy machine, may take longer than it may.
                await().atMost(LIMIT)
                        .until(() -> ingress.post(account("before")).statusCode() == 200);

                kafka.freeze();
                List<CompletableFuture<HttpResponse<String>>> senders = new ArrayList<>();
                for (int i = 0; i < 500; i++) {
                    senders.add(ingress.postAsync(account("frozen-" + i)));
                }
                assertThat(senders).allSatisfy(sender -> {
                    HttpResponse<String> response = sender.join();
                    assertThat(response.statusCode()).isEqualTo(503);
                    assertThat(response.headers().firstValue("retry-after")).isPresent();
                });

                kafka.thaw();
                await().atMost(LIMIT).until(() -> ingress.post(account("after")).statusCode() == 200);
                assertThat(keysIn(kafka)).contains("before", "after");
            }
        }
    }

    @Test
    void what_was_acknowledged_around_a_freeze_is_in_kafka_and_what_was_not_got_503() {
        try (KafkaProcess kafka = KafkaProcess.start(directory);
                EmbeddedRedis redis = EmbeddedRedis.start()) {
            KafkaForTests.applyCatalogue(kafka.bootstrapServers(), Map.of());
            try (IngressFixture ingress = IngressFixture.start(
                    kafka.bootstrapServers(), redis.port(), Map.of("WEBHOOK_ACK_TIMEOUT_MS", "1000"))) {
                Map<String, CompletableFuture<HttpResponse<String>>> senders = new HashMap<>();
                for (int i = 0; i < 600; i++) {
                    if (i == 200) {
                        kafka.freeze();
                    }
                    if (i == 400) {
                        // All that can be told while it is frozen has been told by then.
                        senders.values().forEach(CompletableFuture::join);
                        kafka.thaw();
                        await().atMost(LIMIT)
                                .until(() -> ingress.post(account("thawed")).statusCode() == 200);
                    }
                    senders.put("around-" + i, ingress.postAsync(account("around-" + i)));
                }

                Set<String> acknowledged = senders.entrySet().stream()
                        .filter(sender -> sender.getValue().join().statusCode() == 200)
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet());
                assertThat(senders.values())
                        .extracting(sender -> sender.join().statusCode())
                        .contains(200, 503)
                        .isSubsetOf(200, 503);
                assertThat(keysIn(kafka)).containsAll(acknowledged);
            }
        }
    }

    @Test
    void requests_in_flight_when_the_ingress_stops_are_finished() {
        try (KafkaProcess kafka = KafkaProcess.start(directory);
                EmbeddedRedis redis = EmbeddedRedis.start()) {
            KafkaForTests.applyCatalogue(kafka.bootstrapServers(), Map.of());
            IngressFixture ingress = IngressFixture.start(
                    kafka.bootstrapServers(), redis.port(), Map.of("WEBHOOK_ACK_TIMEOUT_MS", "20000"));
            assertThat(ingress.post(account("before")).statusCode()).isEqualTo(200);
            kafka.freeze();
            List<CompletableFuture<HttpResponse<String>>> senders = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                senders.add(ingress.postAsync(account("in-flight-" + i)));
            }
            await().atMost(LIMIT).until(() -> ingress.metric("ingress_in_flight_bytes") > 20 * 512);

            int port = ingress.port();
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(ingress::close);
            await().atMost(LIMIT).until(() -> isRefused(port));
            kafka.thaw();

            assertThat(senders)
                    .allSatisfy(sender -> assertThat(sender.join().statusCode()).isEqualTo(200));
            stopped.join();
            assertThat(keysIn(kafka)).contains("in-flight-0", "in-flight-19");
        }
    }

    private static boolean isRefused(int port) {
        try (Socket socket = new Socket("localhost", port)) {
            return !socket.isConnected();
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void with_the_broker_gone_a_webhook_of_many_records_does_not_wait_for_each_of_them() {
        String records = IntStream.range(0, 400)
                .mapToObj("{\"id\":\"many-%d\"}"::formatted)
                .collect(Collectors.joining(","));
        String webhook = "{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[" + records + "]}";
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                EmbeddedRedis redis = EmbeddedRedis.start()) {
            KafkaForTests.applyCatalogue(kafka.bootstrapServers(), Map.of());
            try (IngressFixture ingress = IngressFixture.start(
                    kafka.bootstrapServers(), redis.port(), Map.of("WEBHOOK_ACK_TIMEOUT_MS", "500"))) {
                await().atMost(LIMIT).until(() -> ingress.post(webhook).statusCode() == 200);

                kafka.stopBroker(1);

                // Kafka's client forgets by and by where the topics were, and then waits to learn it again, record by
                // record.
                await().atMost(LIMIT)
                        .until(() -> ingress.get("/webhooks/health").statusCode() == 503);
                for (int i = 0; i < 3; i++) {
                    assertThat(ingress.post(webhook).statusCode()).isEqualTo(503);
                }
            }
        }
    }

    private static Set<String> keysIn(KafkaProcess kafka) {
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), Topics.WEBHOOKS)) {
            return reader.toEnd(LIMIT).stream().map(message -> message.key()).collect(Collectors.toSet());
        }
    }
}
