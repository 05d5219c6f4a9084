package io.webhookmemory.e2e.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.testkit.InstalledTools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Prometheus's own checks of what is written for it. */
final class Promtool {
    private Promtool() {}

    /** What it prints, where it ends with 0. */
    static String run(String... arguments) throws IOException, InterruptedException {
        InstalledTools.require("promtool", "prometheus");
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
