package io.webhookmemory.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A backlog of events of about 700 bytes on {@code zoho.webhooks}, a tenth of them duplicates, and how fast it is
 * processed.
 */
final class Backlog {
    private static final int RECORDS = 50_000;
    private static final String FILLER = "x".repeat(190);
    private static final List<String> MODULES =
            List.of("Accounts", "Contacts", "Deals", "Tasks", "Notes", "Activities");

    private final String bootstrapServers;
    private long written;

    /** Creates the topics. */
    Backlog(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        Parts.applyCatalogue(Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers));
    }

    /** Writes so many; each tenth or so repeats one of the last thousand. */
    void write(int count) {
        Random random = new Random(1);
        AtomicInteger lost = new AtomicInteger();
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "linger.ms",
                        5,
                        "compression.type",
                        "lz4",
                        "request.timeout.ms",
                        110_000),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < count; i++) {
                long number = written + i;
                boolean repeat = i > 1_000 && random.nextInt(10) == 0;
                producer.send(record(repeat ? number - 1 - random.nextInt(1_000) : number), (metadata, failure) -> {
                    if (failure != null) {
                        lost.incrementAndGet();
                    }
                });
            }
        }
        if (lost.get() > 0) {
            throw new IllegalStateException(lost.get() + " events could not be written");
        }
        written += count;
    }

    /** The next new event, for a sender of its own; it counts as written. Not while {@link #write} runs. */
    ProducerRecord<String, byte[]> next() {
        return record(written++);
    }

    static ProducerRecord<String, byte[]> record(long number) {
        String recordId = Webhooks.recordId(number % RECORDS);
        ObjectNode data = Json.MAPPER
                .createObjectNode()
                .put("id", recordId)
                .put("Deal_Name", "Deal number " + number % RECORDS)
                .put("Stage", number % 2 == 0 ? "Negotiation" : "Closed")
                .put("Amount", number % 100_000)
                .put("Description", FILLER);
        data.putObject("Account_Name").put("id", Webhooks.recordId(9_000_000)).put("name", "Account");
        Instant now = Instant.now();
        WebhookEvent event = WebhookEvent.received(
                "event-%032d".formatted(number),
                EventType.UPDATE,
                MODULES.get((int) (number % RECORDS % MODULES.size())),
                recordId,
                data,
                List.of("Stage"),
                now,
                "5725767000000000001",
                now,
                EventSource.SIGNED);
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(Topics.WEBHOOKS, recordId, EventCodec.toBytes(event));
        Headers.putCloudEvent(record.headers(), event);
        return record;
    }

    /**
     * How a backlog was processed.
     *
     * @param cpuNanos processor time of the measured processes per event: on a shared machine more meaningful than the
     *     rate
     */
    record Pace(long perSecond, long cpuNanos) {}

    /** From the commit after the first fifth, when code is compiled and stores are open, to the last one. */
    Pace workOff(ProcessorChild.Program program) throws Exception {
        Path state = Files.createTempDirectory("bench-state");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
                ProcessorChild child = ProcessorChild.start(program, bootstrapServers, state, Map.of())) {
            return pace(admin, program.group(), written, List.of(child.process()));
        } finally {
            ProcessorState.delete(state);
        }
    }

    /**
     * Writes events while processes read, and measures as {@link #workOff} does.
     *
     * @param processes all members of the group
     */
    Pace workOff(String group, int count, List<ChildProcess> processes) throws Exception {
        write(count);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            return pace(admin, group, count, processes);
        }
    }

    private Pace pace(Admin admin, String group, long count, List<ChildProcess> processes) throws Exception {
        long first = await(admin, group, written - count * 4 / 5, processes);
        long begin = System.nanoTime();
        long cpu = ChildProcess.processorNanos(processes);
        long events = await(admin, group, written, processes) - first;
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new Pace(Math.round(events / seconds), (ChildProcess.processorNanos(processes) - cpu) / events);
    }

    /** Waits until a group has committed so many of {@code zoho.webhooks}; returns how many are then. */
    static long await(Admin admin, String group, long count, List<ChildProcess> processes)
            throws ExecutionException, InterruptedException {
        long committed = 0;
        while (committed < count) {
            processes.forEach(ChildProcess::requireAlive);
            LockSupport.parkNanos(20_000_000);
            committed = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().entrySet().stream()
                    .filter(offset -> offset.getKey().topic().equals(Topics.WEBHOOKS))
                    .mapToLong(offset -> offset.getValue().offset())
                    .sum();
        }
        return committed;
    }
}
