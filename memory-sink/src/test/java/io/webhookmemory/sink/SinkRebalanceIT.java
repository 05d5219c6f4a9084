package io.webhookmemory.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.testkit.cognee.CogneeVersion;
import io.webhookmemory.topics.event.EventType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Instances of the memory-sink that come and go while they work. */
class SinkRebalanceIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final int PARTITIONS = 6;
    /** Records that wait: more of them would show nothing more. */
    private static final int ENOUGH = 25;

    private static final KafkaForTests KAFKA = KafkaForTests.shared();

    @AutoClose
    private final SinkFixture fixture = new SinkFixture(KAFKA);

    private final Deals deals = fixture.deals;
    private final CogneeDouble cognee = fixture.cognee;

    @Test
    void a_rebalance_in_the_middle_loses_and_doubles_nothing() {
        cognee.latency(Duration.ofMillis(5));
        Map<String, String> expected = new TreeMap<>();
        Random random = new Random(11);
        SinkService first = fixture.sink(Map.of("INSTANCE_ID", "first", "KAFKA_HEARTBEAT_INTERVAL_MS", "200"));
        try {
            AtomicInteger sent = new AtomicInteger();
            Runnable sendSome = () -> sendRandom(random, sent.get(), sent.addAndGet(50), expected);
            sendSome.run();
            SinkService second = fixture.sink(Map.of("INSTANCE_ID", "second", "KAFKA_HEARTBEAT_INTERVAL_MS", "200"));
            await().atMost(LIMIT).until(() -> {
                // Where instances are slow, a backlog without bounds would have to be worked off in the end.
                if (notYetIn(expected) < ENOUGH) {
                    sendSome.run();
                }
                return fixture.metrics(second)
                        .lines()
                        .anyMatch(line -> line.matches("sink_events_total\\{.*} [1-9].*"));
            });
            sendSome.run();
            first.close();
            sendSome.run();

            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(fixture.memory()).isEqualTo(expected));
        } finally {
            first.close();
        }
        assertThat(fixture.memory()).isEqualTo(expected);
        assertThat(fixture.dead()).isEmpty();
    }

    private long notYetIn(Map<String, String> expected) {
        Map<String, String> memory = fixture.memory();
        return expected.entrySet().stream()
                .filter(document -> !document.getValue().equals(memory.get(document.getKey())))
                .count();
    }

    @Test
    void a_step_that_outlasts_a_rebalance_is_the_last_that_the_old_instance_takes() {
        cognee.version(CogneeVersion.V1_5); // 1.6 would refuse a second document of the same name.
        SinkService first = impatient("first");
        // Ranges are given out in the order of the instances' names: the last partition goes to the second.
        String record = recordsOnPartition(PARTITIONS - 1).get(0);
        fixture.send(deals.update(record, "a", "old", 1));
        fixture.awaitDeal(record, "a", "old");
        CountDownLatch released = holdFirst("delete");
        fixture.send(deals.update(record, "a", "between", 2));
        await().atMost(LIMIT).until(() -> cognee.calls("delete") == 1);

        impatient("second");
        fixture.send(deals.update(record, "a", "new", 3));
        fixture.awaitDeal(record, "a", "new");
        released.countDown();

        awaitNothingInFlight(first);
        fixture.awaitDeal(record, "a", "new");
        assertThat(fixture.dead()).isEmpty();
    }

    @Test
    void what_was_finished_before_a_rebalance_is_not_processed_again() {
        SinkService first = impatient("first");
        List<String> records = recordsOnPartition(PARTITIONS - 1);
        cognee.refuse(text -> text.contains("poison"), 415, "Unsupported");
        CountDownLatch released = holdFirst("add");
        fixture.send(deals.update(records.get(0), "a", "held"));
        await().atMost(LIMIT).until(() -> cognee.calls("add") == 1);
        fixture.send(deals.update(records.get(1), "b", "poison"));
        await().atMost(LIMIT).untilAsserted(() -> assertThat(fixture.dead()).hasSize(1));

        SinkService second = impatient("second");
        fixture.send(deals.update(records.get(2), "c", "after"));
        fixture.awaitDeal(records.get(2), "c", "after");
        fixture.awaitDeal(records.get(0), "a", "held");
        released.countDown();

        List.of(first, second).forEach(this::awaitNothingInFlight);
        assertThat(fixture.dead()).hasSize(1);
    }

    private void awaitNothingInFlight(SinkService sink) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(
                                fixture.metrics(sink).lines().filter(line -> line.startsWith("sink_in_flight")))
                        .isNotEmpty()
                        .allMatch(line -> line.endsWith(" 0.0")));
    }

    /** One that gives up soon what was taken away from it. */
    private SinkService impatient(String instance) {
        return fixture.sink(Map.of(
                "INSTANCE_ID", instance, "KAFKA_MAX_POLL_INTERVAL_MS", "5000", "KAFKA_HEARTBEAT_INTERVAL_MS", "200"));
    }

    /** As the producer's partitioner has it. */
    private List<String> recordsOnPartition(int partition) {
        return IntStream.range(0, 1000)
                .mapToObj(String::valueOf)
                .filter(record -> {
                    byte[] key = deals.id(record).getBytes(StandardCharsets.UTF_8);
                    return Utils.toPositive(Utils.murmur2(key)) % PARTITIONS == partition;
                })
                .toList();
    }

    /** Cognee does the first call of that kind when the latch is counted down, and all others at once. */
    private CountDownLatch holdFirst(String kind) {
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch released = new CountDownLatch(1);
        cognee.onCall(called -> {
            if (called.equals(kind) && calls.getAndIncrement() == 0) {
                SinkFixture.waitFor(released);
            }
        });
        return released;
    }

    private void sendRandom(Random random, int from, int to, Map<String, String> expected) {
        for (int i = from; i < to; i++) {
            String record = String.valueOf(random.nextInt(50));
            String account = "a" + random.nextInt(6);
            if (random.nextInt(8) == 0) {
                fixture.send(deals.event(record, EventType.DELETE, account, "", i, false));
                expected.remove("Deals_" + deals.id(record));
            } else {
                fixture.send(deals.update(record, account, "state " + i, i));
                expected.put("Deals_" + deals.id(record), deals.dataset(account) + ": state " + i);
            }
        }
    }
}
