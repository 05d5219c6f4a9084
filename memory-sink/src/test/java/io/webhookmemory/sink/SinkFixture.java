package io.webhookmemory.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.service.config.Environment;
import io.webhookmemory.sink.failure.BreakerPauses;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** One test's sinks, on a broker that others share, against a Cognee of their own. They begin behind what others left. */
final class SinkFixture implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    /** Of an open breaker: what is tested is what happens in an outage, not how long the next trial takes to come. */
    private static final BreakerPauses PAUSES = new BreakerPauses(Duration.ofMillis(50), Duration.ofMillis(200));

    private static final AtomicInteger TESTS = new AtomicInteger(100);

    /** Begins the record ids and accounts of this test: all share the topics. */
    final Deals deals = new Deals("57257670" + TESTS.incrementAndGet());

    final CogneeDouble cognee = CogneeDouble.start();
    private final KafkaForTests kafka;
    private final KafkaProducer<String, byte[]> producer;
    private final List<SinkService> sinks = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    SinkFixture(KafkaForTests kafka) {
        this.kafka = kafka;
        List<String> topics = new ArrayList<>(Topics.ofModules(Topics.DEFAULT_MODULES));
        topics.addAll(Topics.retries(CatalogueSettings.DEFAULT_RETRY_TIERS));
        kafka.skip(Topics.SINK_GROUP, topics);
        kafka.skip(Topics.COGNIFY_GROUP, List.of(Topics.COGNIFY));
        this.producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    void send(WebhookEvent event) {
        send(new ProducerRecord<>(Topics.ofModule(event.module()), event.recordId(), EventCodec.toBytes(event)));
    }

    void send(ProducerRecord<String, byte[]> message) {
        producer.send(message);
    }

    SinkService sink(Map<String, String> variables) {
        return sink(variables, Clock.systemUTC());
    }

    SinkService sink(Map<String, String> variables, Clock clock) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(),
                "COGNEE_URL", cognee.url(),
                "MEMORY_SINK_MANAGEMENT_PORT", "0",
                "WEBHOOK_BATCH_TIMEOUT", "0.2",
                "REDIS_PORT", "1"));
        environment.putAll(variables);
        SinkService sink = SinkService.create(new Environment(environment), PAUSES, clock);
        sinks.add(sink);
        sink.start();
        return sink;
    }

    String ready(SinkService sink) {
        return get(sink, "/readyz");
    }

    String metrics(SinkService sink) {
        return get(sink, "/metrics");
    }

    private String get(SinkService sink, String path) {
        URI uri = URI.create("http://localhost:" + sink.managementPort() + path);
        try {
            return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new AssertionError("no answer from " + uri, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** This test's documents: an earlier one may have left events on the topics. */
    List<CogneeDouble.Document> documents() {
        return cognee.documents().stream()
                .filter(document -> document.dataset().startsWith(deals.dataset("")))
                .toList();
    }

    /** Document → dataset and the second line of the text. */
    Map<String, String> memory() {
        Map<String, String> memory = new TreeMap<>();
        for (CogneeDouble.Document document : cognee.documents()) {
            String name = document.text().lines().skip(1).findFirst().orElse("");
            memory.merge(document.name(), document.dataset() + ": " + name, (one, other) -> one + " AND " + other);
        }
        return memory;
    }

    void awaitDeal(String record, String account, String name) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(memory())
                        .containsEntry("Deals_" + deals.id(record), deals.dataset(account) + ": " + name));
    }

    /** For what holds a call to Cognee up. */
    static void waitFor(CountDownLatch latch) {
        try {
            assertThat(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** This test's dead letters so far. */
    List<ConsumerRecord<String, byte[]>> dead() {
        return dead(deals.prefix());
    }

    /** This test's dead letters of graphs so far. */
    List<ConsumerRecord<String, byte[]>> deadGraphs() {
        return dead(deals.dataset(""));
    }

    private List<ConsumerRecord<String, byte[]>> dead(String prefix) {
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), Topics.DLT)) {
            return reader.toEnd(LIMIT).stream()
                    .filter(letter -> letter.key().startsWith(prefix))
                    .toList();
        }
    }

    @Override
    public void close() {
        sinks.forEach(SinkService::close);
        producer.close();
        cognee.close();
    }
}
