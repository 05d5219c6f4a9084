package io.webhookmemory.admin.cli;

import io.webhookmemory.admin.deadletter.DeadLetterFilter;
import io.webhookmemory.service.cli.PointInTime;
import io.webhookmemory.topics.event.DeadLetterId;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options that select dead letters. */
final class DeadLetterOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--id",
            split = ",",
            description = "Dead letters by id, as \"dlt list\" prints it.",
            paramLabel = "<partition:offset>")
    private Set<String> ids = new LinkedHashSet<>();

    /** The name of {@code --id} in 0.1; deprecated, to be removed in the next release. */
    @Option(names = "--letter", split = ",", hidden = true, paramLabel = "<partition:offset>")
    private Set<String> formerIds = new LinkedHashSet<>();

    @Option(names = "--reason", split = ",", description = "Such as http_415.", paramLabel = "<reason>")
    private Set<String> reasons = new LinkedHashSet<>();

    @Option(names = "--module", split = ",", description = "Such as Deals.", paramLabel = "<module>")
    private Set<String> modules = new LinkedHashSet<>();

    @Option(names = "--account", split = ",", description = "Account ids.", paramLabel = "<id>")
    private Set<String> accounts = new LinkedHashSet<>();

    @Option(
            names = "--record",
            split = ",",
            description = "Record ids; for a failed graph build, the dataset name.",
            paramLabel = "<id>")
    private Set<String> records = new LinkedHashSet<>();

    @Option(names = "--since", description = "Dead-lettered then or later: " + PointInTime.HELP, paramLabel = "<time>")
    private Instant since;

    @Option(names = "--until", description = "Dead-lettered before.", paramLabel = "<time>")
    private Instant until;

    /** @throws CommandLine.ParameterException if one is not a dead letter id; it would look like the id of a missing dead letter */
    static void requireIds(Set<String> ids, CommandLine line) {
        ids.stream().filter(id -> DeadLetterId.parse(id).isEmpty()).findFirst().ifPresent(id -> {
            throw new CommandLine.ParameterException(
                    line,
                    "'" + id + "' is not a dead letter id; write <partition>:<offset>, as \"dlt list\" prints it");
        });
    }

    DeadLetterFilter filter() {
        Set<String> wanted = new LinkedHashSet<>(ids);
        wanted.addAll(formerIds);
        requireIds(wanted, command.commandLine());
        PointInTime.requireOrder(since, until, command.commandLine());
        return new DeadLetterFilter(
                wanted, reasons, modules, accounts, records, Optional.ofNullable(since), Optional.ofNullable(until));
    }
}
