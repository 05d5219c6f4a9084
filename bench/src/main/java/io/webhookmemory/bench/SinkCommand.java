package io.webhookmemory.bench;

import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench sink}. */
@Command(name = "sink", description = "The memory-sink alone, at a Cognee whose every call takes 50 ms.")
final class SinkCommand extends Measurement {
    @Option(names = "--workers", split = ",", description = "Numbers of workers to measure with.")
    private List<Integer> workers = List.of(3, 10, 50);

    @Option(names = "--seconds", description = "Length of each measurement, about.")
    private int seconds = 20;

    @Option(names = "--warm-up", description = "Documents that sink and client write before, each so many.")
    private int warmUp = 60_000;

    @Override
    void measure() {
        print(
                "A backlog of new records, one call to Cognee each, 50 ms a call",
                new SinkScenario(warmUp, Duration.ofSeconds(seconds)).run(workers));
    }
}
