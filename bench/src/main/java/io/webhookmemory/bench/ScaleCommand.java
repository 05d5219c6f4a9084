package io.webhookmemory.bench;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench scale}. */
@Command(
        name = "scale",
        description =
                "Stream threads and instances: throughput, processor time, pauses when an instance joins or goes.")
final class ScaleCommand extends Measurement {
    /** A service that can have several instances. */
    enum Service {
        INGRESS("ingress"),
        STREAM_PROCESSOR("stream-processor"),
        MEMORY_SINK("memory-sink");

        private final String title;

        Service(String title) {
            this.title = title;
        }
    }

    @Option(names = "--services", split = ",", description = "What is measured: ${COMPLETION-CANDIDATES}.")
    private List<Service> services = List.of(Service.values());

    @Option(names = "--threads", split = ",", description = "Stream threads of one stream-processor, 1 first.")
    private List<Integer> threads = List.of(1, 2, 4);

    @Option(names = "--workers", description = "Workers of each memory-sink.")
    private int workers = 10;

    @Option(names = "--webhooks", description = "Webhooks of a throughput measurement of the ingress.")
    private int webhooks = 60_000;

    @Option(names = "--events", description = "Events of a throughput measurement of the stream-processor.")
    private int events = 100_000;

    @Option(names = "--documents", description = "Documents of a throughput measurement of the memory-sink.")
    private int documents = 20_000;

    @Option(names = "--rate", description = "Events per second while instances join and go.")
    private int rate = 100;

    @Override
    String processes() {
        return ScaleParts.PROCESSES;
    }

    @Override
    void measure() throws Exception {
        for (Service service : services) {
            ScaleTables tables = new ScaleTables();
            String load = Machine.load();
            for (int count : service == Service.STREAM_PROCESSOR ? threads : List.of(1)) {
                single(tables, service, count);
            }
            pair(tables, service);
            System.out.printf(
                    "%nLoad average: %s before, %s after, what is measured included.%n", load, Machine.load());
            tables.print();
        }
    }

    private void single(ScaleTables tables, Service service, int count) throws Exception {
        try (ScaleParts parts = parts(service, count)) {
            ScaleTables.Throughput measured =
                    ScaleTables.Throughput.measure(parts, size(service), List.of(parts.start(1)));
            tables.throughput(service.title, 1, threads(service, count), measured);
        }
    }

    private void pair(ScaleTables tables, Service service) throws Exception {
        try (ScaleParts parts = parts(service, 1)) {
            ScaleTrial.Result result = new ScaleTrial(parts, size(service), rate).run();
            tables.throughput(service.title, 2, threads(service, 1), result.throughput());
            tables.pauses(service.title, result.pauses());
        }
    }

    private ScaleParts parts(Service service, int count) {
        return switch (service) {
            case INGRESS -> new ScaleIngress();
            case STREAM_PROCESSOR -> new ScaleProcessor(count);
            case MEMORY_SINK -> new ScaleSink(workers);
        };
    }

    private int size(Service service) {
        return switch (service) {
            case INGRESS -> webhooks;
            case STREAM_PROCESSOR -> events;
            case MEMORY_SINK -> documents;
        };
    }

    private String threads(Service service, int count) {
        return switch (service) {
            case INGRESS -> "–";
            case STREAM_PROCESSOR -> String.valueOf(count);
            case MEMORY_SINK -> String.valueOf(workers);
        };
    }
}
