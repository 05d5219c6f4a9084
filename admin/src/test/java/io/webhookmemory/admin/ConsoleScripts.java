package io.webhookmemory.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs lines of the documentation as a shell does, with scripts that stand in for those of a Kafka installation. */
final class ConsoleScripts {
    private static final List<Path> GUIDE = Stream.of("install.md", "operate.md", "troubleshoot.md")
            .map(page -> Path.of("..", "docs", page))
            .toList();
    private static final Map<String, String> SCRIPTS = Map.of(
            "kafka-acls.sh", "org.apache.kafka.tools.AclCommand",
            "kafka-configs.sh", "kafka.admin.ConfigCommand",
            "kafka-console-consumer.sh", "org.apache.kafka.tools.consumer.ConsoleConsumer",
            "kafka-consumer-groups.sh", "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand");

    private final Path directory;

    /** @param directory for the scripts; lines run there */
    ConsoleScripts(Path directory) throws IOException {
        this.directory = directory;
        for (Map.Entry<String, String> script : SCRIPTS.entrySet()) {
            Path file = Files.createFile(
                    directory.resolve(script.getKey()),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            Files.writeString(
                    file,
                    "#!/bin/sh\nexec '%s/bin/java' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' %s \"$@\"\n"
                            .formatted(
                                    System.getProperty("java.home"),
                                    System.getProperty("java.class.path"),
                                    script.getValue()));
        }
    }

    /** The guide's lines for Kafka's scripts and kcat. */
    static List<String> linesOfTheGuide() throws IOException {
        return blocksOfTheGuide("sh").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("kafka-") || line.startsWith("kcat "))
                .toList();
    }

    /** What stands in the guide's fenced blocks of a language. */
    static List<String> blocksOfTheGuide(String language) throws IOException {
        List<String> fences = new ArrayList<>();
        for (Path page : GUIDE) {
            fences.addAll(List.of(Files.readString(page).split("(?m)^```", -1)));
        }
        return fences.stream()
                .filter(block -> block.startsWith(language + "\n"))
                .map(block -> block.substring(language.length() + 1))
                .toList();
    }

    static boolean isWithLogin(String line) {
        return line.contains("--command-config") || line.startsWith("kcat -F");
    }

    String run(String line) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", line)
                .directory(directory.toFile())
                .redirectErrorStream(true);
        builder.environment().merge("PATH", directory.toString(), (path, scripts) -> scripts + ":" + path);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
