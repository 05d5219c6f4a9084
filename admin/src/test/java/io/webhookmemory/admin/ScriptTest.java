package io.webhookmemory.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code admin.sh} in a project of empty files, with a Maven and a Java that only print how they were called. */
class ScriptTest {
    private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<String> SOURCES = List.of(
            "pom.xml",
            "service/pom.xml",
            "service/src/main/java/Service.java",
            "topics/pom.xml",
            "topics/src/main/java/Topics.java",
            "zoho/pom.xml",
            "zoho/src/main/java/Zoho.java",
            "admin/pom.xml",
            "admin/src/main/java/Admin.java");
    private static final List<String> SCRIPTS = List.of("admin.sh", "topics.sh", "deploy/run-jar.sh");
    private static final String JAR = "admin/target/admin-0.2.0-all.jar";

    @TempDir
    private Path project;

    @BeforeEach
    void makeProject() throws IOException {
        Files.createDirectories(project.resolve("deploy"));
        for (String script : SCRIPTS) {
            Files.copy(Path.of("..").resolve(script), project.resolve(script));
        }
        for (String source : SOURCES) {
            file(source, "");
        }
        file("bin/mvn", "#!/bin/sh\necho mvn >&2\n");
        file("bin/java", "#!/bin/sh\necho java \"$@\"\n");
        file(JAR, "");
        for (Path path : allPaths()) {
            touch(path, BUILT.minusSeconds(60));
        }
        touch(project.resolve(JAR), BUILT);
    }

    @Test
    void it_builds_nothing_where_the_jar_is_newer_than_all_sources() throws Exception {
        assertThat(run()).isEqualTo("java -Xmx512m -jar " + JAR + " topics list\n");
    }

    @Test
    void the_old_name_still_works() throws Exception {
        assertThat(run("topics.sh", "list")).isEqualTo("java -Xmx512m -jar " + JAR + " topics list\n");
        assertThat(run("topics.sh", "dlt", "list")).isEqualTo("java -Xmx512m -jar " + JAR + " dlt list\n");
    }

    @Test
    void it_builds_where_the_jar_is_missing() throws Exception {
        Files.delete(project.resolve(JAR));

        assertThat(run()).contains("Building", "mvn", "java -Xmx512m");
    }

    @Test
    void it_builds_after_an_upgrade() throws Exception {
        for (String source : SOURCES) {
            touch(project.resolve(source), BUILT.plusSeconds(60));

            assertThat(run()).as(source).contains("mvn");

            touch(project.resolve(source), BUILT.minusSeconds(60));
        }
    }

    @Test
    void it_builds_where_a_source_was_taken_away() throws Exception {
        Path source = project.resolve("topics/src/main/java/Topics.java");
        Files.delete(source);

        assertThat(run()).contains("mvn");
    }

    private String run() throws Exception {
        return run("admin.sh", "topics", "list");
    }

    private String run(String script, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("sh", project.resolve(script).toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().merge("PATH", project.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private void file(String name, String text) throws IOException {
        Path file = project.resolve(name);
        Files.createDirectories(file.getParent());
        assertThat(Files.writeString(file, text).toFile().setExecutable(true)).isTrue();
    }

    private List<Path> allPaths() throws IOException {
        try (var paths = Files.walk(project)) {
            return paths.toList();
        }
    }

    private static void touch(Path path, Instant time) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(time));
    }
}
