package io.webhookmemory.sink.cognify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.THROWABLE;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.cognee.Failure;
import io.webhookmemory.cognee.Memory;
import io.webhookmemory.cognee.MemoryException;
import io.webhookmemory.sink.consume.KeyedExecutor;
import io.webhookmemory.sink.failure.BreakerPauses;
import io.webhookmemory.sink.failure.CircuitGate;
import io.webhookmemory.sink.failure.FailurePolicy;
import io.webhookmemory.testkit.MutableClock;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.CognifyRequest;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.JsonSerde;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class CognifySchedulerTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @AutoClose
    private final KeyedExecutor<KeyedExecutor.Job> executor =
            new KeyedExecutor<>(new KeyedExecutor.Options("test", 1, 2, 1, 1), group -> null, (jobs, e) -> {});

    private final FailurePolicy policy = new FailurePolicy(3, Duration.ofMillis(10), Duration.ZERO, () -> 0.0);

    @AutoClose
    private final CircuitGate gate = new CircuitGate(
            new CircuitGate.Target("graphs", "http://cognee", "", () -> false, true),
            policy,
            BreakerPauses.DEFAULT,
            Clock.systemUTC());

    private final Graphs graphs = new Graphs();
    private final CompletableFuture<Throwable> fatal = new CompletableFuture<>();

    @AutoClose
    private final CognifyScheduler scheduler = scheduler(Clock.systemUTC(), 1);

    @Test
    void requests_that_came_together_are_answered_by_one_run() {
        Request first = accept("a", false);
        Request second = accept("a", true);

        scheduler.start();

        await().atMost(LIMIT).until(() -> first.isDone() && second.isDone());
        assertThat(graphs.runs).containsExactly("a");
    }

    @Test
    void a_request_whose_partition_was_taken_away_needs_no_run() {
        Request gone = new Request("a", true);
        gone.granted = false;
        scheduler.accept(gone);
        Request ours = accept("b", true);

        scheduler.start();

        await().atMost(LIMIT).until(ours::isDone);
        assertThat(graphs.runs).containsExactly("b");
    }

    @Test
    void a_run_that_waits_for_its_datasets_documents_holds_up_no_other() {
        CountDownLatch documents = new CountDownLatch(1);
        ExecutorService worker = Executors.newSingleThreadExecutor();
        executor.submit(Set.of(KeyedExecutor.dataset("busy")), worker, () -> {
            try {
                documents.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        scheduler.start();
        Request busy = accept("busy", true);
        Request free = accept("free", true);

        await().atMost(LIMIT).until(free::isDone);
        assertThat(busy.isDone()).isFalse();
        documents.countDown();
        await().atMost(LIMIT).until(busy::isDone);
        worker.shutdown();
    }

    @Test
    void a_dataset_that_fails_while_others_are_built_is_one_dead_letter_that_says_how_often_it_was_tried() {
        graphs.failure = dataset ->
                dataset.equals("poison") ? Optional.of(new Failure.Outage("llm_unavailable")) : Optional.empty();
        scheduler.start();
        Request poison = accept("poison", true);
        Request same = accept("poison", true);

        await().atMost(LIMIT).until(() -> {
            accept("healthy", true);
            return poison.isDone() && same.isDone();
        });

        ProducerRecord<String, byte[]> letter = poison.written.isEmpty() ? same.written.get(0) : poison.written.get(0);
        assertThat(letter.topic()).isEqualTo(Topics.DLT);
        assertThat(Headers.get(letter.headers(), Headers.DLT_ATTEMPTS)).contains("4");
        assertThat(Headers.get(letter.headers(), Headers.DLT_REASON)).contains("llm_unavailable");
        assertThat(poison.written.size() + same.written.size()).isOne();
    }

    @Test
    void an_outage_of_any_length_makes_no_dead_letter_and_what_needed_no_llm_does_not_end_it() {
        graphs.failure = dataset -> Optional.of(new Failure.Outage("llm_quota"));
        scheduler.start();
        Request waiting = accept("a", true);
        await().atMost(LIMIT).until(() -> graphs.runs.size() >= 3);

        graphs.failure =
                dataset -> dataset.equals("a") ? Optional.of(new Failure.Outage("llm_quota")) : Optional.empty();
        graphs.built = false;
        Request nothingToBuild = accept("empty", true);
        await().atMost(LIMIT).until(nothingToBuild::isDone);
        assertThat(gate.health().toString()).contains("graphs is out: llm_quota");
        assertThat(waiting.written).isEmpty();

        graphs.failure = dataset -> Optional.empty();
        graphs.built = true;
        await().atMost(LIMIT).until(waiting::isDone);
        assertThat(gate.state()).isZero();
    }

    @Test
    void requests_wait_for_the_pause_after_a_run_and_then_share_one() {
        MutableClock clock = new MutableClock(Instant.parse("2026-11-27T12:00:00Z"));
        graphs.onRun = () -> clock.advance(Duration.ofSeconds(10));
        try (CognifyScheduler paced = scheduler(clock, 1)) {
            paced.start();
            Request first = accept(paced, "large", true);
            await().atMost(LIMIT).until(first::isDone);
            graphs.onRun = () -> {};

            Request ordinary = accept(paced, "large", false);
            clock.advance(Duration.ofMillis(39_999));
            Request other = accept(paced, "other", true);
            await().atMost(LIMIT).until(other::isDone);
            assertThat(ordinary.isDone()).isFalse();

            Request later = accept(paced, "large", false);
            clock.advance(Duration.ofSeconds(1));
            await().atMost(LIMIT).until(() -> ordinary.isDone() && later.isDone());
            assertThat(graphs.runs).containsExactly("large", "other", "large");
        }
    }

    @Test
    void a_critical_request_shortens_the_pause() {
        MutableClock clock = new MutableClock(Instant.parse("2026-11-27T12:00:00Z"));
        graphs.onRun = () -> clock.advance(Duration.ofSeconds(10));
        try (CognifyScheduler paced = scheduler(clock, 1)) {
            paced.start();
            Request first = accept(paced, "large", true);
            await().atMost(LIMIT).until(first::isDone);

            clock.advance(Duration.ofSeconds(10));
            Request critical = accept(paced, "large", true);
            await().atMost(LIMIT).until(critical::isDone);
        }
    }

    @Test
    void what_is_no_request_is_a_dead_letter() {
        Request invalid = new Request("not JSON".getBytes(StandardCharsets.UTF_8), "a");

        scheduler.accept(invalid);

        await().atMost(LIMIT).until(invalid::isDone);
        assertThat(Headers.get(invalid.written.get(0).headers(), Headers.DLT_REASON))
                .contains("invalid_request");
    }

    @Test
    void a_schedule_that_fails_ends_the_process_rather_than_itself_in_silence() {
        StoppedClock clock = new StoppedClock();
        try (CognifyScheduler broken = scheduler(clock, 1)) {
            accept(broken, "a", false);
            clock.stopped = true;
            broken.start();

            assertThat(fatal).succeedsWithin(LIMIT, THROWABLE).hasMessage("on purpose");
        }
    }

    private CognifyScheduler scheduler(Clock clock, int concurrency) {
        return new CognifyScheduler(
                graphs.memory(),
                executor,
                gate,
                new CognifyScheduler.Settings(10, Duration.ofMillis(10), concurrency, 0.2),
                new CognifyScheduler.Listener(requests -> {}, reason -> {}, fatal::complete),
                clock);
    }

    private Request accept(String dataset, boolean critical) {
        return accept(scheduler, dataset, critical);
    }

    private static Request accept(CognifyScheduler scheduler, String dataset, boolean critical) {
        Request request = new Request(dataset, critical);
        scheduler.accept(request);
        return request;
    }

    /** A memory that only builds graphs. */
    private static final class Graphs {
        private final List<String> runs = new CopyOnWriteArrayList<>();
        private volatile Function<String, Optional<Failure>> failure = dataset -> Optional.empty();
        private volatile boolean built = true;
        private volatile Runnable onRun = () -> {};

        Memory memory() {
            return (Memory) Proxy.newProxyInstance(
                    Memory.class.getClassLoader(), new Class<?>[] {Memory.class}, (proxy, method, arguments) -> {
                        assertThat(method.getName()).isEqualTo("cognify");
                        return cognify((String) arguments[0]);
                    });
        }

        private boolean cognify(String dataset) {
            runs.add(dataset);
            onRun.run();
            failure.apply(dataset).ifPresent(why -> {
                throw new MemoryException(why, "failed", null);
            });
            return built;
        }
    }

    private static final class Request implements PendingRequest {
        private final ConsumerRecord<String, byte[]> message;
        private final List<ProducerRecord<String, byte[]>> written = new CopyOnWriteArrayList<>();
        private volatile boolean granted = true;
        private volatile boolean done;

        Request(String dataset, boolean critical) {
            this(JsonSerde.cognifyRequest().toBytes(new CognifyRequest(dataset, critical, Instant.now())), dataset);
        }

        Request(byte[] value, String key) {
            message = new ConsumerRecord<>(Topics.COGNIFY, 0, 0, key, value);
        }

        boolean isDone() {
            return done;
        }

        @Override
        public ConsumerRecord<String, byte[]> message() {
            return message;
        }

        @Override
        public boolean start() {
            return granted;
        }

        @Override
        public void done() {
            done = true;
        }

        @Override
        public void putBack() {}

        @Override
        public void release() {}

        @Override
        public void writeLast(List<ProducerRecord<String, byte[]>> records) {
            written.addAll(records);
        }
    }

    /** Once stopped, it fails whoever asks it, as the schedule does first of all. */
    private static final class StoppedClock extends Clock {
        private volatile boolean stopped;

        @Override
        public Instant instant() {
            if (stopped) {
                throw new IllegalStateException("on purpose");
            }
            return Instant.EPOCH;
        }

        @Override
        public ZoneId getZone() {
            throw new UnsupportedOperationException("not needed");
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("not needed");
        }
    }
}
