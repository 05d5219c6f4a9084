package io.webhookmemory.admin.cli;

import io.webhookmemory.admin.deadletter.LetterFilter;
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

/** Which dead letters a command means. */
final class LetterOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--letter",
            split = ",",
            description = "Letters by their ids, as \"dlt list\" shows them.",
            paramLabel = "<partition:offset>")
    private Set<String> ids = new LinkedHashSet<>();

    @Option(names = "--reason", split = ",", description = "Such as http_415.", paramLabel = "<reason>")
    private Set<String> reasons = new LinkedHashSet<>();

    @Option(names = "--module", split = ",", description = "Such as Deals.", paramLabel = "<module>")
    private Set<String> modules = new LinkedHashSet<>();

    @Option(names = "--account", split = ",", description = "Ids of accounts.", paramLabel = "<id>")
    private Set<String> accounts = new LinkedHashSet<>();

    @Option(
            names = "--record",
            split = ",",
            description = "Ids of records; of a graph that could not be built, the dataset's name.",
            paramLabel = "<id>")
    private Set<String> records = new LinkedHashSet<>();

    @Option(names = "--since", description = "Put aside then or later: " + PointInTime.HELP, paramLabel = "<time>")
    private Instant since;

    @Option(names = "--until", description = "Put aside before.", paramLabel = "<time>")
    private Instant until;

    /** @throws CommandLine.ParameterException where one is no letter's id: it would look like one that is not there */
    static void requireIds(Set<String> ids, CommandLine line) {
        ids.stream().filter(id -> DeadLetterId.parse(id).isEmpty()).findFirst().ifPresent(id -> {
            throw new CommandLine.ParameterException(
                    line, "'" + id + "' is no letter; write <partition>:<offset>, as \"dlt list\" shows it");
        });
    }

    LetterFilter filter() {
        requireIds(ids, command.commandLine());
        PointInTime.requireOrder(since, until, command.commandLine());
        return new LetterFilter(
                ids, reasons, modules, accounts, records, Optional.ofNullable(since), Optional.ofNullable(until));
    }
}
