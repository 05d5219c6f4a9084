package io.webhookmemory.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ScopeType;

/**
 * Measures the pipeline and prints Markdown. Every figure has a baseline from the same run. Each subcommand is one
 * {@link Measurement}; without a subcommand, those of the whole pipeline run.
 */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        showDefaultValues = true,
        subcommands = {
            MemoryCommand.class,
            IngestCommand.class,
            IngressCommand.class,
            OutageCommand.class,
            SinkCommand.class,
            CogneeCommand.class,
            ProcessorCommand.class,
            CostCommand.class,
            ScaleCommand.class,
            FirstCommand.class,
            SoakCommand.class,
            OperationsCommand.class,
            TraceCommand.class
        },
        description = "Measures the pipeline on this machine: without a subcommand \"memory\", then \"ingest\".")
public final class Bench extends Measurement {
    @Mixin
    private MemoryCommand memory;

    @Mixin
    private IngestCommand ingest;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    @Override
    void measure() throws Exception {
        memory.measure();
        ingest.measure();
    }
}
