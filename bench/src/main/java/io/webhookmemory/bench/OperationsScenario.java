package io.webhookmemory.bench;

import io.webhookmemory.admin.cli.AdminCommand;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * How fast the {@code admin} command redrives dead letters and replays events: the complete command, including
 * connecting, with a broker of its own. Baseline in every round: a plain copy of the same records.
 */
final class OperationsScenario {
    /** No consumer reads it here; partitioned like the others. */
    private static final String COPIES = Topics.REJECTED;

    private final String bootstrapServers;
    private final PlainCopy copy;
    private final int deadLetters;
    private final int events;

    OperationsScenario(String bootstrapServers, int deadLetters, int events) {
        this.bootstrapServers = bootstrapServers;
        this.copy = new PlainCopy(bootstrapServers);
        this.deadLetters = deadLetters;
        this.events = events;
    }

    MarkdownTable run(int rounds) {
        admin("topics", "apply");
        write(Topics.WEBHOOKS, events);
        Instant written = Instant.now();
        List<Long> redriven = new ArrayList<>();
        List<Long> deadLettersCopied = new ArrayList<>();
        List<Long> replayed = new ArrayList<>();
        List<Long> eventsCopied = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            write(Topics.DLT, deadLetters);
            deadLettersCopied.add(copy.perSecond(Topics.DLT, COPIES, deadLetters));
            redriven.add(perSecond(deadLetters, "handled", "dlt", "redrive"));
            eventsCopied.add(copy.perSecond(Topics.WEBHOOKS, COPIES, events));
            // A replay writes to the topic that it reads: the next one must read the same events as this one.
            replayed.add(perSecond(
                    events,
                    "sent",
                    "replay",
                    "--since",
                    "1d",
                    "--until",
                    written.toString(),
                    "--run",
                    "round-" + round));
        }
        MarkdownTable table = new MarkdownTable("what", "per second: median (least–greatest)", "ratio to baseline");
        rows(table, "`admin dlt redrive` of %,d dead letters".formatted(deadLetters), redriven, deadLettersCopied);
        rows(table, "`admin replay` of %,d events".formatted(events), replayed, eventsCopied);
        return table;
    }

    private static void rows(MarkdownTable table, String what, List<Long> measured, List<Long> baseline) {
        double ratio = (double) MarkdownTable.median(measured) / MarkdownTable.median(baseline);
        table.row(what, MarkdownTable.spread(measured), "%.2f".formatted(ratio));
        table.row("baseline: a plain copy of the same records", MarkdownTable.spread(baseline), "1");
    }

    private long perSecond(int expected, String counted, String... arguments) {
        List<String> withOutput = new ArrayList<>(List.of(arguments));
        withOutput.addAll(List.of("--output", "json"));
        long begin = System.nanoTime();
        String summary = admin(withOutput.toArray(String[]::new));
        double seconds = (System.nanoTime() - begin) / 1e9;
        try {
            if (Json.MAPPER.readTree(summary).path(counted).asInt() != expected) {
                throw new IllegalStateException("not " + expected + " records: " + summary);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Math.round(expected / seconds);
    }

    private String admin(String... arguments) {
        return runAdmin(bootstrapServers, arguments);
    }

    /** The output of a command that succeeds. */
    static String runAdmin(String bootstrapServers, String... arguments) {
        StringWriter output = new StringWriter();
        int code = AdminCommand.commandLine(new Environment(Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers)))
                .setOut(new PrintWriter(output, true))
                .setErr(new PrintWriter(Writer.nullWriter()))
                .execute(arguments);
        if (code != 0) {
            throw new IllegalStateException("admin " + String.join(" ", arguments) + " ended with " + code);
        }
        return output.toString();
    }

    private void write(String topic, int count) {
        try (KafkaProducer<String, byte[]> producer = producer(bootstrapServers)) {
            for (int i = 0; i < count; i++) {
                producer.send(record(topic, null, event(i)));
            }
        }
    }

    static KafkaProducer<String, byte[]> producer(String bootstrapServers) {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.LINGER_MS_CONFIG,
                        5,
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "lz4"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** @param partition null for that of the key */
    static ProducerRecord<String, byte[]> record(String topic, Integer partition, WebhookEvent event) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(topic, partition, event.recordId(), EventCodec.toBytes(event));
        Headers.putCloudEvent(record.headers(), event);
        if (topic.equals(Topics.DLT)) {
            Headers.put(record.headers(), Headers.DLT_REASON, "http_415");
            Headers.put(record.headers(), Headers.DLT_EXCEPTION_MESSAGE, "Unsupported file content");
            Headers.put(record.headers(), Headers.DLT_ATTEMPTS, "1");
            Headers.put(record.headers(), Headers.DLT_ORIGINAL_TOPIC, Topics.ofModule(event.module()));
        }
        return record;
    }

    /** Of one event's value. */
    static int eventBytes() {
        return EventCodec.toBytes(event(1)).length;
    }

    static WebhookEvent event(int id) {
        Instant now = Instant.now();
        return WebhookEvent.received(
                "event-" + id,
                EventType.UPDATE,
                "Deals",
                Webhooks.recordId(id),
                Json.MAPPER
                        .createObjectNode()
                        .put("id", Webhooks.recordId(id))
                        .put("Deal_Name", "Deal number " + id)
                        .put("Stage", "Negotiation")
                        .put("Description", Webhooks.FILLER),
                List.of("Stage"),
                now,
                null,
                now,
                EventSource.SIGNED);
    }
}
