package io.webhookmemory.ingress;

import static io.webhookmemory.ingress.IngressFixture.account;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.embedded.redis.EmbeddedRedis;
import io.webhookmemory.testing.KafkaForTests;
import io.webhookmemory.testing.KafkaProcess;
import io.webhookmemory.testing.TopicReader;
import io.webhookmemory.topics.catalogue.Topics;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that holds its connections and says nothing is the worst kind of outage. */
class FrozenPartsIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @Test
    void with_the_broker_frozen_every_sender_is_told_503_and_after_it_what_was_acknowledged_is_there() {
        try (KafkaProcess kafka = KafkaProcess.start(directory);
                EmbeddedRedis redis = EmbeddedRedis.start()) {
            KafkaForTests.applyCatalogue(kafka.bootstrapServers(), Map.of());
            try (IngressFixture ingress = IngressFixture.start(
                    kafka.bootstrapServers(), redis.port(), Map.of("WEBHOOK_ACK_TIMEOUT_MS", "2000"))) {
                assertThat(ingress.post(account("before")).statusCode()).isEqualTo(200);

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
                try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), Topics.WEBHOOKS)) {
                    Set<String> keys = reader.toEnd(LIMIT).stream()
                            .map(message -> message.key())
                            .collect(Collectors.toSet());
                    assertThat(keys).contains("before", "after");
                }
            }
        }
    }
}
