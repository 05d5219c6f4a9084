package io.webhookmemory.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A main class in a JVM of its own, on this one's class path, so that what is measured does not measure itself. */
final class ChildProcess implements AutoCloseable {
    private static final long SECONDS_TO_END = 60;

    private final Process process;
    private final PrintWriter in;
    private final BufferedReader out;

    private ChildProcess(Process process) {
        this.process = process;
        in = new PrintWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8), true);
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Starts it.
     *
     * @param name of the file that its log goes to, beside the benchmark's own
     * @param environment laid over this process's own
     */
    static ChildProcess start(
            String name, Class<?> main, List<String> jvmOptions, Map<String, String> environment, String... arguments) {
        return start(List.of(), name, main, jvmOptions, environment, arguments);
    }

    /**
     * Starts a process that runs on another machine in production: it gets only processor time that nothing else needs.
     */
    static ChildProcess startInBackground(String name, Class<?> main, List<String> jvmOptions, String... arguments) {
        return start(List.of("nice", "-n", "19"), name, main, jvmOptions, Map.of(), arguments);
    }

    private static ChildProcess start(
            List<String> prefix,
            String name,
            Class<?> main,
            List<String> jvmOptions,
            Map<String, String> environment,
            String... arguments) {
        Path directory = Path.of(System.getProperty("quickstart.log", "bench/target/bench.log"))
                .toAbsolutePath()
                .getParent();
        List<String> command = new ArrayList<>(prefix);
        command.add(javaTool("java"));
        command.addAll(jvmOptions);
        command.add("-Dlogback.configurationFile=logback-quickstart.xml");
        command.add("-Dquickstart.log=" + directory.resolve("bench-" + name + ".log"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(directory.resolve("bench-" + name + ".err").toFile());
        builder.environment().putAll(environment);
        try {
            return new ChildProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void requireAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException("a child process ended, code " + process.exitValue());
        }
    }

    void tell(String line) {
        in.println(line);
    }

    /** The next line of its output. */
    String hear() {
        try {
            String line = out.readLine();
            if (line == null) {
                throw new IllegalStateException("a child process ended, code " + process.waitFor());
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The rest of its output, until it ends. */
    List<String> untilEnd() {
        try (Stream<String> lines = out.lines()) {
            return lines.toList();
        }
    }

    /** SIGSTOP: the process keeps its sockets and does not respond. */
    void freeze() {
        run("kill", "-STOP", String.valueOf(process.pid()));
    }

    /** SIGCONT. */
    void thaw() {
        run("kill", "-CONT", String.valueOf(process.pid()));
    }

    /** Lets it collect its garbage, so that what its heap holds afterwards is in use. */
    void collectGarbage() {
        run(javaTool("jcmd"), String.valueOf(process.pid()), "GC.run");
    }

    /** Processor time so far. */
    Duration processorTime() {
        return processorTime(process.toHandle());
    }

    /** The sum of several processes' processor time so far, in nanoseconds. */
    static long processorNanos(List<ChildProcess> processes) {
        return processes.stream()
                .mapToLong(process -> process.processorTime().toNanos())
                .sum();
    }

    static Duration processorTime(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** What it has in memory, in MiB; Linux only. */
    long residentMib() {
        try (Stream<String> status = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            return status.filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .findFirst()
                            .orElseThrow()
                    / 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String... command) {
        try {
            Process tool = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (tool.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** SIGKILL; returns when it is gone. */
    void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String javaTool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
