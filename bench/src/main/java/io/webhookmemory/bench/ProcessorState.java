package io.webhookmemory.bench;

import io.webhookmemory.testkit.kafka.EmbeddedKafka;
import io.webhookmemory.topics.catalogue.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/** What a full window costs: disk, memory, and the time from a start to being ready. */
final class ProcessorState {
    private final int ids;

    ProcessorState(int ids) {
        this.ids = ids;
    }

    MarkdownTable run() throws Exception {
        MarkdownTable table = new MarkdownTable("what", "measured");
        Path state = Files.createTempDirectory("bench-state");
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            Backlog backlog = new Backlog(kafka.bootstrapServers());
            // A tenth of what is written are repeats.
            int events = (int) (ids / 0.9);
            try (ProcessorChild child = start(kafka, state)) {
                child.awaitReady();
                table.row("memory resident, before the first event", child.residentMib() + " MiB");
                backlog.write(events);
                Backlog.await(admin, Topics.PROCESSOR_GROUP, events, List.of(child.process()));
                table.row("memory resident, with the window full", child.residentMib() + " MiB");
                table.row("of it heap in use, garbage included", mebibytes((long)
                        child.metric("jvm_memory_used_bytes", "area=\"heap\"")));
                table.row("of it RocksDB's cache and write buffers", mebibytes((long)
                        child.metric("processor_rocksdb_memory", "")));
                table.row("duplicates dropped", "%,.0f".formatted(child.metric("processor_duplicates_total", "")));
            }
            table.row("state on disk", mebibytes(size(state)));
            table.row("start to ready after SIGTERM", toReady(kafka, state));
            start(kafka, state).awaitReady().kill();
            table.row(
                    "start to ready after SIGKILL, state restored from " + Topics.PROCESSOR_GROUP + "-*-changelog",
                    toReady(kafka, state));
        } finally {
            delete(state);
        }
        return table;
    }

    private static ProcessorChild start(EmbeddedKafka kafka, Path state) {
        return ProcessorChild.start(ProcessorChild.Program.PROCESSOR, kafka.bootstrapServers(), state, Map.of());
    }

    private static String toReady(EmbeddedKafka kafka, Path state) {
        long begin = System.nanoTime();
        try (ProcessorChild child = start(kafka, state)) {
            child.awaitReady();
            return "%.1f s".formatted((System.nanoTime() - begin) / 1e9);
        }
    }

    private static String mebibytes(long bytes) {
        return "%,d MiB".formatted(bytes >> 20);
    }

    private static long size(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
