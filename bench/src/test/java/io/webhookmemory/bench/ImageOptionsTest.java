package io.webhookmemory.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageOptionsTest {
    /** What only a container has: a memory limit, an orchestrator, an archive of classes. */
    private static final List<String> OF_CONTAINERS =
            List.of("-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError", "-XX:SharedArchiveFile=/app/classes.jsa");

    private static final String INSTEAD_OF_THE_LIMIT = "-Xmx192m";

    @Test
    void theServicesAreMeasuredWithTheOptionsOfTheirImages() throws IOException {
        List<String> ofImages = Files.readAllLines(Path.of("../deploy/docker/java.options")).stream()
                .filter(line -> line.startsWith("-"))
                .toList();

        assertThat(ofImages).containsAll(OF_CONTAINERS);
        assertThat(Parts.JVM_OPTIONS)
                .contains(INSTEAD_OF_THE_LIMIT)
                .filteredOn(option -> !option.equals(INSTEAD_OF_THE_LIMIT))
                .containsExactlyInAnyOrderElementsOf(ofImages.stream()
                        .filter(option -> !OF_CONTAINERS.contains(option))
                        .toList());
    }
}
