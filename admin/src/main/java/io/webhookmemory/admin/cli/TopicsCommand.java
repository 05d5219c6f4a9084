package io.webhookmemory.admin.cli;

import io.webhookmemory.admin.catalogue.Applied;
import io.webhookmemory.admin.catalogue.CatalogueAdmin;
import io.webhookmemory.service.catalogue.Difference;
import io.webhookmemory.topics.catalogue.TopicSpec;
import java.io.PrintWriter;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code admin topics}: prints the catalogue, and compares or applies it to a cluster. */
@Command(
        name = "topics",
        subcommands = {AclsCommand.class, StrimziCommand.class},
        description = "The topic catalogue: create, compare, print.")
final class TopicsCommand {
    @ParentCommand
    private AdminCommand parent;

    @Spec
    private CommandSpec spec;

    @Command(
            description = "Creates missing topics, adds missing partitions, sets options that differ, and prints "
                    + "the changes; exit code 1 if differences remain. Removes nothing.")
    int apply(@Mixin OutputOption output) {
        return withAdmin(admin -> {
            Applied applied = admin.apply();
            applied.changes().forEach(change -> print(change, output));
            return report(applied.differing(), applied.notes(), output);
        });
    }

    @Command(description = "Prints differences from the catalogue; exit code 1 if there are any. Changes nothing.")
    int verify(@Mixin OutputOption output) {
        return withAdmin(admin -> report(admin.verify(), admin.notes(), output));
    }

    @Command(description = "Prints the catalogue; needs no Kafka.")
    int list(@Mixin OutputOption output) {
        for (TopicSpec topic : session().catalogue().topics()) {
            if (output.isJson()) {
                out().println(OutputOption.json(topic));
            } else {
                out().printf(
                                "%-24s %3d partitions  %s%n",
                                topic.name(), topic.partitions(), new TreeMap<>(topic.config()));
            }
        }
        return ExitCode.OK;
    }

    private int report(List<Difference> differences, List<String> notes, OutputOption output) {
        differences.forEach(difference -> print(difference, output));
        if (differences.isEmpty() && !output.isJson()) {
            out().println("All topics are as the catalogue says.");
        }
        notes.forEach(note -> spec.commandLine().getErr().println("Note: " + note));
        return differences.isEmpty() ? ExitCode.OK : ExitCode.LEFT;
    }

    private void print(Object line, OutputOption output) {
        out().println(output.isJson() ? OutputOption.json(line) : line);
    }

    private int withAdmin(ToIntFunction<CatalogueAdmin> action) {
        Session session = session().reachable();
        try (CatalogueAdmin admin = new CatalogueAdmin(session.kafka(), session.catalogue())) {
            return action.applyAsInt(admin);
        }
    }

    Session session() {
        return parent.session();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
