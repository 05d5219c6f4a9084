package io.webhookmemory.admin.cli;

import io.webhookmemory.admin.graph.GraphRebuild;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code admin graph …}: Cognee's graphs. */
@Command(name = "graph", description = "Requests rebuilds of Cognee's graphs.")
public final class GraphCommand implements Runnable {
    @ParentCommand
    private AdminCommand parent;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "missing subcommand: rebuild");
    }

    @Command(
            description = "Requests the graphs of datasets whose documents did not change, for graphs that Cognee"
                    + " lost. The memory-sink builds them. Exit code 1 if a dataset has no documents.")
    int rebuild(
            @Option(names = "--dataset", split = ",", description = "Dataset names.", paramLabel = "<name>")
                    List<String> named,
            @Option(names = "--all", description = "All datasets that hold documents.") boolean all,
            @Option(names = "--dry-run", description = "List the datasets and write nothing.") boolean dryRun,
            @Mixin OutputOption output) {
        List<String> wanted = named == null ? List.of() : named;
        if (all != wanted.isEmpty()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine().getSubcommands().get("rebuild"), "either --dataset or --all is required");
        }
        Session session = parent.session().reachable();
        SortedMap<String, Long> known = GraphRebuild.datasets(session.kafka(), session.stop());
        if (session.stop().isAsked()) {
            spec.commandLine().getErr().println("Stopped before any request was written.");
            return ExitCode.OK;
        }
        SortedMap<String, Long> chosen = new TreeMap<>(known);
        if (!all) {
            chosen.keySet().retainAll(wanted);
        }
        if (!dryRun && !chosen.isEmpty()) {
            GraphRebuild.request(session.kafka(), chosen.keySet(), Clock.systemUTC());
        }
        tell(chosen, dryRun, output);
        return left(wanted, known);
    }

    private void tell(SortedMap<String, Long> chosen, boolean dryRun, OutputOption output) {
        if (output.isJson()) {
            spec.commandLine()
                    .getOut()
                    .println(OutputOption.json(Map.of("dryRun", dryRun, "documentsByDataset", chosen)));
            return;
        }
        chosen.forEach((dataset, documents) ->
                spec.commandLine().getOut().printf("%,10d documents  %s%n", documents, dataset));
        spec.commandLine()
                .getOut()
                .printf(
                        "%,d graph%s %srequested.%n",
                        chosen.size(), chosen.size() == 1 ? "" : "s", dryRun ? "would be " : "");
    }

    private int left(List<String> wanted, SortedMap<String, Long> known) {
        List<String> missing = new ArrayList<>(wanted);
        missing.removeAll(known.keySet());
        if (missing.isEmpty()) {
            return ExitCode.OK;
        }
        spec.commandLine().getErr().printf("Without documents: %s%n", String.join(", ", missing));
        return ExitCode.LEFT;
    }
}
