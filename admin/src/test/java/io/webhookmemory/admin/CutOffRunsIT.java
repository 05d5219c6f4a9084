package io.webhookmemory.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.testkit.InstalledTools;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.ServiceProcess;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.testkit.TopicWriter;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.wire.Headers;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Redrive and replay as processes that are killed or interrupted halfway, and begun again. */
class CutOffRunsIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int EVENTS = 3_000;
    private static final int CTRL_C = 3;
    private static final List<String> ALL =
            IntStream.range(0, EVENTS).mapToObj(String::valueOf).toList();

    @TempDir
    private Path directory;

    private KafkaForTests kafka;

    @BeforeEach
    void startKafka() {
        kafka = KafkaForTests.withTopics(Map.of("TOPICS_PARTITIONS", "2"));
    }

    @AfterEach
    void stopKafka() {
        kafka.close();
    }

    @Test
    void a_redrive_that_is_killed_again_and_again_sends_every_letter_once() {
        try (TopicWriter letters = new TopicWriter(kafka.bootstrapServers())) {
            ALL.forEach(id -> letters.deadEvent(TopicWriter.event("Deals", id, "900"), "http_415", 0));
        }

        for (int kill = 0; kill < 2; kill++) {
            int before = sent().size();
            try (ServiceProcess redrive = admin("dlt", "redrive", "--rate", "1000")) {
                await().atMost(LIMIT).until(() -> sent().size() > before);
                assertThat(redrive.isAlive()).isTrue();
                redrive.kill();
            }
        }
        assertThat(sent().size()).isLessThan(EVENTS);
        CommandRun rest = CommandRun.of(kafka.bootstrapServers(), "dlt", "redrive");

        assertThat(rest).returns(0, CommandRun::code);
        assertThat(sentInTheEnd()).as("each letter once").containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void a_replay_that_is_killed_and_then_interrupted_goes_on_where_it_was() throws Exception {
        try (TopicWriter letters = new TopicWriter(kafka.bootstrapServers())) {
            ALL.forEach(id ->
                    letters.event(Topics.ofModule("Deals"), TopicWriter.event("Deals", id, "900"), Instant.now()));
        }
        String[] replay = {"replay", "--from", "zoho.deals", "--since", "2026-01-01", "--run", "r", "--rate", "1000"};

        try (ServiceProcess begun = admin(replay)) {
            await().atMost(LIMIT).until(() -> !sent().isEmpty());
            begun.kill();
        }
        int before = sent().size();
        try (ServiceProcess going = admin(replay)) {
            await().atMost(LIMIT).until(() -> sent().size() > before);
            going.terminate();
            assertThat(going.exitCode(LIMIT)).as("SIGTERM's own code").isEqualTo(143);
        }
        assertThat(sent().size()).isLessThan(EVENTS);
        assertThat(Files.readString(directory.resolve("topics.log")))
                .contains("\"admin replay --run r --rate 1000\" continues");
        CommandRun rest = CommandRun.of(kafka.bootstrapServers(), "replay", "--run", "r");

        assertThat(rest).returns(0, CommandRun::code);
        assertThat(sentInTheEnd()).as("each event once").containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void ctrl_c_on_a_terminal_ends_a_run_in_order() throws Exception {
        InstalledTools.require("script", "bsdutils");
        try (TopicWriter letters = new TopicWriter(kafka.bootstrapServers())) {
            ALL.forEach(id ->
                    letters.event(Topics.ofModule("Deals"), TopicWriter.event("Deals", id, "900"), Instant.now()));
        }
        Path screen = directory.resolve("screen");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // Whoever starts the tests in the background makes all that they start deaf to Ctrl-C.
        String replay = "env --default-signal=INT " + java + " " + AdminMain.class.getName()
                + " replay --from zoho.deals --since 2026-01-01 --run t --rate 500";
        ProcessBuilder terminal = new ProcessBuilder("script", "-q", "-c", replay, screen.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        terminal.environment()
                .putAll(Map.of(
                        "CLASSPATH", System.getProperty("java.class.path"),
                        "KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(),
                        "TERM", "xterm"));

        Process process = terminal.start();
        try (OutputStream keyboard = process.getOutputStream()) {
            await().atMost(LIMIT).until(() -> !sent().isEmpty());
            keyboard.write(CTRL_C);
            keyboard.flush();
            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }

        assertThat(Files.readString(screen))
                .containsPattern("replay +\\d+% \\[")
                .contains("\"admin replay --run t --rate 500\" continues");
        assertThat(sent()).hasSizeLessThan(EVENTS);
    }

    private ServiceProcess admin(String... arguments) {
        return ServiceProcess.start(
                AdminMain.class,
                List.of(arguments),
                Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers()),
                directory.resolve("topics.log"));
    }

    /** Keys of what was sent back or replayed, committed only, as far as nothing is undecided. */
    private List<String> sent() {
        return keys(reader -> reader.toFirstOpenTransaction(LIMIT));
    }

    private List<String> sentInTheEnd() {
        return keys(reader -> reader.toEnd(LIMIT));
    }

    private List<String> keys(Function<TopicReader, List<ConsumerRecord<String, byte[]>>> read) {
        List<String> keys = new ArrayList<>();
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), Topics.WEBHOOKS)) {
            for (ConsumerRecord<String, byte[]> record : read.apply(reader)) {
                assertThat(record.headers().lastHeader(Headers.REPLAY_ID)).isNotNull();
                keys.add(record.key());
            }
        }
        return keys;
    }
}
