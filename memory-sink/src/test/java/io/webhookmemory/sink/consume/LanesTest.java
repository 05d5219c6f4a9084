package io.webhookmemory.sink.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LanesTest {
    private final Lanes lanes = new Lanes(4, "test-lane");

    @AfterEach
    void stop() {
        lanes.close();
    }

    @Test
    void tasks_that_share_a_key_run_in_order_and_never_at_once() {
        Random random = new Random(5);
        Map<String, AtomicInteger> inside = new ConcurrentHashMap<>();
        Map<String, List<Integer>> ran = new ConcurrentHashMap<>();
        Map<String, List<Integer>> submitted = new HashMap<>();
        AtomicInteger overlaps = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i < 2_000; i++) {
            int number = i;
            Set<String> keys = Set.of("a" + random.nextInt(5), "b" + random.nextInt(20));
            keys.forEach(key ->
                    submitted.computeIfAbsent(key, k -> new ArrayList<>()).add(number));
            lanes.submit(keys, () -> {
                for (String key : keys) {
                    if (inside.computeIfAbsent(key, k -> new AtomicInteger()).incrementAndGet() > 1) {
                        overlaps.incrementAndGet();
                    }
                    ran.computeIfAbsent(key, k -> Collections.synchronizedList(new ArrayList<>()))
                            .add(number);
                }
                return () -> {
                    keys.forEach(key -> inside.get(key).decrementAndGet());
                    done.incrementAndGet();
                };
            });
        }

        await().until(() -> done.get() == 2_000);
        assertThat(overlaps).hasValue(0);
        assertThat(ran).isEqualTo(submitted);
    }

    @Test
    void a_slow_account_holds_up_no_other() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        CountDownLatch others = new CountDownLatch(100);
        lanes.submit(Set.of("slow"), () -> {
            try {
                slow.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Lanes.NOTHING;
        });
        for (int i = 0; i < 100; i++) {
            lanes.submit(Set.of("slow"), () -> Lanes.NOTHING);
            lanes.submit(Set.of("account " + i), () -> others::countDown);
        }

        await().until(() -> others.getCount() == 0);
        assertThat(slow.getCount()).isEqualTo(1);
        slow.countDown();
    }

    @Test
    void a_task_that_fails_frees_its_lane() {
        AtomicInteger ran = new AtomicInteger();
        lanes.submit(Set.of("k"), () -> {
            throw new IllegalStateException("on purpose");
        });
        lanes.submit(Set.of("k"), () -> ran::incrementAndGet);

        await().dontCatchUncaughtExceptions().until(() -> ran.get() == 1);
    }

    @Test
    void notes_keep_the_lane_and_take_no_worker() throws Exception {
        CountDownLatch written = new CountDownLatch(1);
        AtomicInteger next = new AtomicInteger();
        CountDownLatch others = new CountDownLatch(100);
        for (int lane = 0; lane < 4; lane++) {
            Set<String> key = Set.of("noting " + lane);
            lanes.submit(key, () -> () -> awaitQuietly(written));
            lanes.submit(key, () -> next::incrementAndGet);
        }
        for (int i = 0; i < 100; i++) {
            lanes.submit(Set.of("account " + i), () -> {
                others.countDown();
                return Lanes.NOTHING;
            });
        }

        await().until(() -> others.getCount() == 0);
        assertThat(next).hasValue(0);
        written.countDown();
        await().until(() -> next.get() == 4);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
