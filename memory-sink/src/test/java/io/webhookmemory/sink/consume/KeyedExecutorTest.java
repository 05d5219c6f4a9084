package io.webhookmemory.sink.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.sink.consume.KeyedExecutor.Pool;
import io.webhookmemory.sink.consume.KeyedExecutor.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedExecutorTest {
    private static final int WORKERS = 4;
    private static final int MAX_GROUP = 5;
    private static final int MAX_GROUP_BYTES = 100;

    private final List<List<Event>> begun = new CopyOnWriteArrayList<>();
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    /** What a worker does with a group. */
    private volatile Consumer<List<Event>> work = group -> {};
    /** What an I/O thread does with it afterwards. */
    private volatile Consumer<List<Event>> followUp = group -> {};

    private final KeyedExecutor<Event> executor = new KeyedExecutor<>(
            new KeyedExecutor.Options("test", WORKERS, 3 * WORKERS, MAX_GROUP, MAX_GROUP_BYTES),
            this::begin,
            (group, error) -> errors.add(error));

    /** A job of a record and its datasets; the first of them is the group key. */
    private record Event(int number, Set<String> keys, Optional<String> groupKey, int bytes)
            implements KeyedExecutor.Job {

        static Event of(int number, String record, String... datasets) {
            Set<String> keys = new LinkedHashSet<>(List.of(datasets));
            keys.add(record);
            return new Event(number, keys, Optional.of(datasets[0]), 1);
        }

        Event alone() {
            return new Event(number, keys, Optional.empty(), bytes);
        }

        Event bytes(int size) {
            return new Event(number, keys, groupKey, size);
        }
    }

    private Step begin(List<Event> group) {
        begun.add(group);
        return new Step(Pool.WORKER, () -> {
            work.accept(group);
            return new Step(Pool.IO, () -> {
                followUp.accept(group);
                return null;
            });
        });
    }

    @AfterEach
    void stop() {
        executor.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void jobs_that_share_a_key_never_run_at_once_and_a_records_jobs_run_in_order(long seed) {
        Random random = new Random(seed);
        Map<String, List<Integer>> inside = new ConcurrentHashMap<>();
        Map<String, List<Integer>> ran = new ConcurrentHashMap<>();
        Map<String, List<Integer>> submitted = new HashMap<>();
        AtomicInteger overlaps = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        work = group -> {
            Set<String> keys = keys(group);
            for (String key : keys) {
                if (inside.putIfAbsent(key, List.of()) != null) {
                    overlaps.incrementAndGet();
                }
            }
            group.forEach(
                    event -> ran.computeIfAbsent(record(event), key -> Collections.synchronizedList(new ArrayList<>()))
                            .add(event.number()));
        };
        followUp = group -> {
            keys(group).forEach(inside::remove);
            done.addAndGet(group.size());
        };
        int events = 3_000;
        for (int i = 0; i < events; i++) {
            Event event = random(i, random);
            submitted.computeIfAbsent(record(event), key -> new ArrayList<>()).add(i);
            executor.submit(event);
            if (random.nextInt(50) == 0) {
                executor.pause("dataset" + random.nextInt(5), Duration.ofMillis(random.nextInt(5)));
            }
            if (random.nextInt(80) == 0) {
                executor.resume("dataset" + random.nextInt(5));
            }
        }

        await().until(() -> done.get() == events);
        assertThat(overlaps).hasValue(0);
        assertThat(ran).isEqualTo(submitted);
        assertThat(errors).isEmpty();
        assertThat(begun).allMatch(group -> group.size() <= MAX_GROUP);
        await().untilAsserted(() -> assertThat(submitted.keySet()).allMatch(key -> executor.queued(key) == 0));
    }

    private static Event random(int number, Random random) {
        String record = "record" + random.nextInt(40);
        String dataset = "dataset" + random.nextInt(5);
        String other = "dataset" + random.nextInt(5);
        return switch (random.nextInt(10)) {
            case 0 -> Event.of(number, record, dataset, other);
            case 1 -> Event.of(number, record, dataset).alone();
            default -> Event.of(number, record, dataset);
        };
    }

    private static Set<String> keys(List<Event> group) {
        Set<String> keys = new LinkedHashSet<>();
        group.forEach(event -> keys.addAll(event.keys()));
        return keys;
    }

    private static String record(Event event) {
        return event.keys().stream()
                .filter(key -> key.startsWith("record"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void jobs_that_wait_for_one_dataset_go_together_and_the_others_keep_their_place() {
        CountDownLatch first = holdFirst();
        executor.submit(Event.of(0, "a", "d"));
        await().until(() -> begun.size() == 1);
        executor.submit(Event.of(1, "b", "d"));
        executor.submit(Event.of(2, "c", "d", "other"));
        executor.submit(Event.of(3, "b", "d"));
        executor.submit(Event.of(4, "e", "d"));
        first.countDown();

        await().until(() -> executor.queued("d") == 0);
        assertThat(numbers()).containsExactly(List.of(0), List.of(1, 4), List.of(2), List.of(3));
    }

    @Test
    void no_job_overtakes_one_that_concerns_the_whole_dataset() {
        CountDownLatch first = holdFirst();
        executor.submit(Event.of(0, "a", "d"));
        await().until(() -> begun.size() == 1);
        executor.submit(Event.of(1, "b", "d"));
        executor.submit(Event.of(2, "c", "d").alone());
        executor.submit(Event.of(3, "e", "d"));
        first.countDown();

        await().until(() -> executor.queued("d") == 0);
        assertThat(numbers()).containsExactly(List.of(0), List.of(1), List.of(2), List.of(3));
    }

    @Test
    void a_group_is_bounded_in_jobs_and_in_bytes() {
        CountDownLatch first = holdFirst();
        executor.submit(Event.of(0, "a", "d"));
        await().until(() -> begun.size() == 1);
        executor.submit(Event.of(1, "b", "d").bytes(MAX_GROUP_BYTES + 1));
        executor.submit(Event.of(2, "c", "d").bytes(60));
        executor.submit(Event.of(3, "e", "d").bytes(60));
        for (int i = 4; i < 10; i++) {
            executor.submit(Event.of(i, "r" + i, "d"));
        }
        assertThat(executor.queued("d")).isEqualTo(10);
        assertThat(executor.queuedBytes("d")).isEqualTo(1 + MAX_GROUP_BYTES + 1 + 60 + 60 + 6);
        first.countDown();

        await().until(() -> executor.queued("d") == 0);
        assertThat(executor.queuedBytes("d")).isZero();
        assertThat(numbers()).containsExactly(List.of(0), List.of(1), List.of(2, 4, 5, 6, 7), List.of(3, 8, 9));
    }

    @Test
    void a_job_that_goes_on_under_other_keys_keeps_its_place() {
        CountDownLatch first = new CountDownLatch(1);
        work = group -> {
            if (group.get(0).number() == 0) {
                awaitQuietly(first);
                executor.resubmit(group.get(0), Event.of(10, "a", "old", "new"));
            }
        };
        executor.submit(Event.of(0, "a", "old"));
        await().until(() -> begun.size() == 1);
        executor.submit(Event.of(1, "a", "new"));
        executor.submit(Event.of(2, "b", "old"));
        first.countDown();

        await().until(() -> executor.queued("old") + executor.queued("new") == 0);
        assertThat(numbers().subList(0, 2)).containsExactly(List.of(0), List.of(10));
        assertThat(numbers()).hasSize(4);
    }

    @Test
    void a_slow_account_holds_up_no_other() {
        CountDownLatch slow = new CountDownLatch(1);
        work = group -> {
            if (group.get(0).keys().contains("slow")) {
                awaitQuietly(slow);
            }
        };
        for (int i = 0; i < 100; i++) {
            executor.submit(Event.of(i, "s" + i, "slow"));
            executor.submit(Event.of(100 + i, "r" + i, "account " + i));
        }

        await().until(() -> begun.size() == 101);
        await().until(() -> executor.queued("account 99") == 0);
        assertThat(executor.queued("slow")).isEqualTo(100);
        slow.countDown();
        await().until(() -> executor.queued("slow") == 0);
    }

    @Test
    void a_step_that_fails_frees_the_keys_and_is_reported() {
        work = group -> {
            if (group.get(0).number() == 0) {
                throw new IllegalStateException("on purpose");
            }
        };
        executor.submit(Event.of(0, "a", "d"));
        executor.submit(Event.of(1, "a", "d"));

        await().until(() -> begun.size() == 2);
        await().until(() -> executor.queued("a") == 0);
        assertThat(errors).singleElement().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void follow_up_writes_keep_the_keys_and_take_no_worker() {
        CountDownLatch written = new CountDownLatch(1);
        followUp = group -> {
            if (group.get(0).number() < 2 * WORKERS) {
                awaitQuietly(written);
            }
        };
        for (int i = 0; i < 2 * WORKERS; i++) {
            executor.submit(Event.of(i, "a" + i, "d" + i));
            executor.submit(Event.of(1000 + i, "a" + i, "d" + i));
        }
        for (int i = 0; i < 100; i++) {
            executor.submit(Event.of(100 + i, "r" + i, "account " + i));
        }

        await().until(() -> executor.queued("account 99") == 0);
        assertThat(begun).hasSize(2 * WORKERS + 100);
        written.countDown();
        await().until(() -> begun.size() == 4 * WORKERS + 100);
    }

    @Test
    void a_paused_key_starts_nothing_before_the_time_and_the_others_go_on() {
        Duration pause = Duration.ofMillis(300);
        long paused = System.nanoTime();
        executor.pause("d", pause);
        Map<Integer, Long> started = new ConcurrentHashMap<>();
        work = group -> group.forEach(event -> started.put(event.number(), System.nanoTime()));
        executor.submit(Event.of(0, "a", "d"));
        executor.submit(Event.of(1, "b", "e"));

        await().until(() -> started.size() == 2);
        assertThat(started.get(0) - paused).isGreaterThanOrEqualTo(pause.toNanos());
    }

    @Test
    void a_key_that_is_resumed_starts_at_once() {
        executor.pause("d", Duration.ofHours(1));
        executor.submit(Event.of(0, "a", "d"));
        assertThat(executor.isSlow("d")).isTrue();

        executor.resume("d");

        await().until(() -> executor.queued("d") == 0);
        assertThat(executor.isSlow("d")).isFalse();
    }

    @Test
    void keys_that_did_not_get_through_take_half_of_the_workers_at_most() {
        CountDownLatch locked = new CountDownLatch(1);
        AtomicInteger waiting = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        work = group -> {
            if (group.get(0).keys().stream().anyMatch(key -> key.startsWith("slow"))) {
                most.accumulateAndGet(waiting.incrementAndGet(), Math::max);
                awaitQuietly(locked);
                waiting.decrementAndGet();
            }
        };
        for (int i = 0; i < 10; i++) {
            executor.pause("slow" + i, Duration.ZERO);
            executor.submit(Event.of(i, "s" + i, "slow" + i));
        }
        for (int i = 0; i < 100; i++) {
            executor.submit(Event.of(100 + i, "r" + i, "account " + i));
        }

        await().until(() -> executor.queued("account 99") == 0 && waiting.get() == WORKERS / 2);
        locked.countDown();
        await().until(() -> begun.size() == 110);
        assertThat(most).hasValue(WORKERS / 2);
    }

    @Test
    void a_task_of_the_callers_has_its_turn_among_the_jobs() {
        CountDownLatch first = holdFirst();
        List<String> order = new CopyOnWriteArrayList<>();
        executor.submit(Event.of(0, "a", "d"));
        await().until(() -> begun.size() == 1);
        executor.submit(Set.of("d"), executor.io(), () -> order.add("task after " + begun.size()));
        executor.submit(Event.of(1, "b", "d"));
        first.countDown();

        await().until(() -> executor.queued("d") == 0);
        assertThat(order).containsExactly("task after 1");
        assertThat(begun).hasSize(2);
    }

    private List<List<Integer>> numbers() {
        return begun.stream()
                .map(group -> group.stream().map(Event::number).toList())
                .toList();
    }

    /** The first group does not end before the latch is counted down. */
    private CountDownLatch holdFirst() {
        CountDownLatch latch = new CountDownLatch(1);
        work = group -> {
            if (group.get(0).number() == 0) {
                awaitQuietly(latch);
            }
        };
        return latch;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
