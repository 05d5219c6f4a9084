package io.webhookmemory.bench;

import io.webhookmemory.quickstart.LocalPipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Webhooks acknowledged per second. Beside it, in every round: the same server refusing the same bytes for their
 * signature (HTTP and HMAC, no Kafka), and a bare producer writing the same bodies (Kafka, no HTTP).
 */
final class IngestScenario {
    private static final int CONNECTIONS = 64;
    private static final String BASELINE_TOPIC = "zoho.webhooks.rejected";

    private final LocalPipeline pipeline;
    private final Webhooks webhooks;
    private final LoadGenerator load;
    private final int perRound;

    IngestScenario(LocalPipeline pipeline, int perRound) {
        this.pipeline = pipeline;
        this.webhooks = new Webhooks(pipeline.variable("WEBHOOK_SECRET"));
        this.load = new LoadGenerator(pipeline.ingress(), CONNECTIONS);
        this.perRound = perRound;
    }

    MarkdownTable run(int rounds) {
        round(0);
        List<Long> acknowledged = new ArrayList<>();
        List<Long> p99 = new ArrayList<>();
        List<Long> refused = new ArrayList<>();
        List<Long> produced = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            LoadGenerator.Result result = round(round);
            acknowledged.add(result.perSecond());
            p99.add(result.micros().getValueAtPercentile(99) / 1000);
            refused.add(load.asFastAsPossible(webhooks.unauthenticated(perRound), 401)
                    .perSecond());
            produced.add(producerPerSecond(round));
        }
        double share = (double) MarkdownTable.median(acknowledged) / MarkdownTable.median(refused);
        MarkdownTable table = new MarkdownTable("what", "per second: median (least–greatest)", "ratio to baseline");
        table.row(
                "webhooks acknowledged, %d connections (p99 %s ms)".formatted(CONNECTIONS, MarkdownTable.spread(p99)),
                MarkdownTable.spread(acknowledged),
                "%.2f of the refusing server".formatted(share));
        table.row("baseline: the same server refusing them (401)", MarkdownTable.spread(refused), "1");
        table.row("for scale: a bare producer, acks=all", MarkdownTable.spread(produced), "–");
        return table;
    }

    private LoadGenerator.Result round(int round) {
        LoadGenerator.Result result = load.asFastAsPossible(webhooks.deals((long) round * perRound, perRound), 200);
        if (result.unexpected() > 0) {
            throw new IllegalStateException(result.unexpected() + " webhooks were not acknowledged");
        }
        return result;
    }

    private long producerPerSecond(int round) {
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, pipeline.bootstrapServers(),
                ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
            for (int i = 0; i < perRound; i++) {
                long id = (long) round * perRound + i;
                byte[] body = Webhooks.body(id).getBytes(java.nio.charset.StandardCharsets.UTF_8);
                records.add(new ProducerRecord<>(BASELINE_TOPIC, Webhooks.recordId(id), body));
            }
            long begin = System.nanoTime();
            List<Future<RecordMetadata>> sent =
                    records.stream().map(producer::send).toList();
            for (Future<RecordMetadata> future : sent) {
                future.get();
            }
            return Math.round(perRound / ((System.nanoTime() - begin) / 1e9));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the baseline producer failed", e);
        }
    }
}
