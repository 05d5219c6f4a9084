package io.webhookmemory.e2e.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Whether a process that has survived faults has more threads or open files than at its first rest. Only on systems with
 * {@code /proc}. Not thread-safe.
 */
final class Growth {
    /** Pools fill up, and connections to restarted brokers stay open for some minutes. */
    private static final double ALLOWED = 1.5;

    private static final int ALLOWED_MORE = 40;

    private final Map<Long, Usage> firstByProcess = new HashMap<>();

    /** What a process has at a moment. */
    record Usage(long threads, long files) {
        private boolean exceeds(Usage first) {
            return exceeds(threads, first.threads) || exceeds(files, first.files);
        }

        private static boolean exceeds(long now, long first) {
            return now > first * ALLOWED + ALLOWED_MORE;
        }
    }

    /** What is wrong; empty if nothing is. */
    List<String> differences(List<Instance> instances) {
        List<String> differences = new ArrayList<>();
        for (Instance instance : instances) {
            Path process = Path.of("/proc", String.valueOf(instance.pid()));
            if (Files.isDirectory(process)) {
                differences.addAll(differences(instance.name(), instance.pid(), usage(process)));
            }
        }
        return differences;
    }

    List<String> differences(String name, long pid, Usage now) {
        Usage first = firstByProcess.computeIfAbsent(pid, process -> now);
        return now.exceeds(first) ? List.of("%s grew from %s to %s".formatted(name, first, now)) : List.of();
    }

    private static Usage usage(Path process) {
        return new Usage(entries(process.resolve("task")), entries(process.resolve("fd")));
    }

    private static long entries(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
