package io.webhookmemory.bench;

import io.webhookmemory.testkit.kafka.EmbeddedKafka;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench processor}. */
@Command(
        name = "processor",
        description = "The stream-processor alone, in a process of its own: throughput, added latency, state.")
final class ProcessorCommand extends Measurement {
    @Option(names = "--rounds", description = "Rounds of the throughput measurement.")
    private int rounds = 3;

    @Option(names = "--events", description = "Events a round.")
    private int events = 300_000;

    @Option(names = "--programs", split = ",", description = "What is measured in it: ${COMPLETION-CANDIDATES}.")
    private List<ProcessorChild.Program> programs = List.of(ProcessorChild.Program.values());

    @Option(names = "--rate", description = "Events per second of the latency measurement; 0 leaves it out.")
    private int rate = 1_000;

    @Option(names = "--seconds", description = "Its length.")
    private int seconds = 20;

    @Option(names = "--commit-intervals", split = ",", description = "Its commit intervals, in milliseconds.")
    private List<Integer> commitIntervals = List.of(20, 50, 100);

    @Option(names = "--ids", description = "Event ids of the state measurement; 0 leaves it out.")
    private int ids = 1_000_000;

    @Override
    String processes() {
        return "what is measured in a process of its own with 256 MiB of heap, broker and load generator in another";
    }

    @Override
    void measure() throws Exception {
        if (rounds > 0) {
            print("Events worked off and committed", throughput());
        }
        if (rate > 0) {
            print(
                    "From an event's being due to its being read, %,d/s".formatted(rate),
                    new ProcessorLatency(rate, seconds).run(commitIntervals));
        }
        if (ids > 0) {
            print("State of %,d event ids in the window".formatted(ids), new ProcessorState(ids).run());
        }
    }

    private MarkdownTable throughput() throws Exception {
        Map<ProcessorChild.Program, List<Backlog.Pace>> paces = new EnumMap<>(ProcessorChild.Program.class);
        for (int round = 0; round < rounds; round++) {
            try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
                Backlog backlog = new Backlog(kafka.bootstrapServers());
                backlog.write(events);
                for (ProcessorChild.Program program : programs) {
                    paces.computeIfAbsent(program, measured -> new ArrayList<>())
                            .add(backlog.workOff(program));
                }
            }
        }
        long baseline = median(paces.get(programs.get(0)), Backlog.Pace::perSecond);
        MarkdownTable table = new MarkdownTable(
                "what",
                "events per second: median (least–greatest)",
                "ratio to the first",
                "its processor time, µs an event");
        paces.forEach((program, measured) -> table.row(
                program.description(),
                MarkdownTable.spread(
                        measured.stream().map(Backlog.Pace::perSecond).toList()),
                "%.2f".formatted((double) median(measured, Backlog.Pace::perSecond) / baseline),
                "%.1f".formatted(median(measured, Backlog.Pace::cpuNanos) / 1e3)));
        return table;
    }

    private static long median(List<Backlog.Pace> measured, Function<Backlog.Pace, Long> figure) {
        return MarkdownTable.median(measured.stream().map(figure).toList());
    }
}
