package io.webhookmemory.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A main class as a child process with the options and the jars of its image. The JVM writes the names of the classes
 * that it loads to a file.
 */
final class TrainedProcess implements AutoCloseable {
    /** Of each step, on a machine that is slow or emulated. */
    static final Duration LIMIT = Duration.ofMinutes(10);

    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);
    static final Duration BETWEEN_CALLS = Duration.ofMillis(200);
    /** An orderly end: by itself, or of a JVM without an exit code of its own after SIGTERM. */
    private static final Set<Integer> ORDERLY = Set.of(0, 128 + 15);

    /** Classes whose names differ from run to run. */
    private static final Pattern GENERATED = Pattern.compile("Lambda|0x|Generated(Method|Constructor)Accessor");

    private final String image;
    private final Process process;
    private final Path log;
    private final Path classes;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CALL_LIMIT).build();

    private TrainedProcess(String image, Process process, Path log, Path classes) {
        this.image = image;
        this.process = process;
        this.log = log;
        this.classes = classes;
    }

    /**
     * Starts the process.
     *
     * @param image the name of its directory in {@code images}
     * @param work the working directory, which receives its output and the list of classes
     * @param environment laid over this process's own
     */
    static TrainedProcess start(
            String image, Path images, Path work, Class<?> main, Map<String, String> environment, String... arguments) {
        try {
            Path directory = images.resolve(image);
            Path log = Files.createTempFile(work, image, ".log");
            Path classes = Files.createTempFile(work, image, ".classes");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "@" + directory.resolve("java.options"),
                    // The archive and the class path of these options exist in the finished image only.
                    "-Xshare:off",
                    "-cp",
                    directory.resolve("lib") + "/*:" + directory.resolve("modules") + "/*",
                    "-XX:DumpLoadedClassList=" + classes,
                    main.getName()));
            command.addAll(List.of(arguments));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(work.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            return new TrainedProcess(image, builder.start(), log, classes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String image() {
        return image;
    }

    /** Waits until a GET on a port of this machine returns 200. */
    TrainedProcess awaitOk(int port, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(CALL_LIMIT)
                .build();
        long deadline = System.nanoTime() + LIMIT.toNanos();
        String last = "no response";
        while (process.isAlive() && System.nanoTime() < deadline) {
            try {
                HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() == 200) {
                    return this;
                }
                last = "HTTP " + response.statusCode() + " " + response.body();
            } catch (IOException e) {
                last = e.toString();
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
            pause(BETWEEN_CALLS);
        }
        String state = process.isAlive() ? "after " + LIMIT : "it ended with code " + process.exitValue();
        throw failure("does not respond 200 to " + path + " (" + state + "; " + last + ")");
    }

    /** Waits for a command to end by itself, which has to succeed. */
    void awaitEnd() {
        try {
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw failure("did not end within " + LIMIT);
            }
            if (!ORDERLY.contains(process.exitValue())) {
                throw failure("ended with code " + process.exitValue());
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Sends SIGTERM and waits until the process has stopped in an orderly way. */
    void stop() {
        if (!process.isAlive()) {
            throw failure("ended early with code " + process.exitValue());
        }
        process.destroy();
        awaitEnd();
    }

    /**
     * The classes that the process has loaded until its end, in the JVM's notation with slashes, without the project's
     * own, which change often.
     */
    Set<String> dependencyClasses() {
        try (Stream<String> lines = Files.lines(classes)) {
            return lines.filter(line -> !line.startsWith("#") && !line.startsWith("@"))
                    .map(line -> line.split(" ", 2)[0])
                    .filter(name -> !name.startsWith("io/webhookmemory/")
                            && !GENERATED.matcher(name).find())
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the process by force if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly();
    }

    private IllegalStateException failure(String what) {
        return new IllegalStateException(image + " " + what + ". Its output:\n" + output());
    }

    /** What the process has printed so far. */
    String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted", e);
    }
}
