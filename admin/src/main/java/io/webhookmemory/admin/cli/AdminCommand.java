package io.webhookmemory.admin.cli;

import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.service.cli.PointInTime;
import io.webhookmemory.service.cli.Version;
import io.webhookmemory.service.cli.WrongUse;
import io.webhookmemory.service.config.Environment;
import java.time.Clock;
import java.time.Instant;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code admin} command line; its exit codes are in {@link ExitCode}. */
@Command(
        name = "admin",
        subcommands = {
            TopicsCommand.class,
            DltCommand.class,
            ReplayCommand.class,
            TraceCommand.class,
            GraphCommand.class,
            GenerateSecretCommand.class
        },
        versionProvider = Version.class,
        description = "Operations on the pipeline's Kafka topics and their records. Configured like the services, by"
                + " KAFKA_*, TOPICS_* and WEBHOOK_* variables or a .env file.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:topics differ; a dead letter does not exist, or was handled before; dead letters "
                    + "were left, the output says why; a traced record or event was not seen",
            "2:wrong use or settings; nothing was done",
            "3:Kafka cannot be reached or refuses; what was committed before stays",
            "70:an unexpected error, printed with its stack trace",
            "130:interrupted (143: terminated); run the same command to continue, a replay with its" + " --run"
        })
public final class AdminCommand {
    private final Environment environment;
    private final StopSignal stop;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Prints what a command does and its options.")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    @Option(names = "--version", versionHelp = true, description = "Prints version and commit.")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean version;

    private AdminCommand(Environment environment, StopSignal stop) {
        this.environment = environment;
        this.stop = stop;
    }

    /** The command before it runs, so that a test can pass its own environment and writers. */
    public static CommandLine commandLine(Environment environment) {
        return commandLine(environment, new StopSignal());
    }

    /** @param stop ends a running command after the records in progress */
    public static CommandLine commandLine(Environment environment, StopSignal stop) {
        return new CommandLine(new AdminCommand(environment, stop))
                .registerConverter(Instant.class, new PointInTime(Clock.systemUTC()))
                .setParameterExceptionHandler(new WrongUse())
                .setExecutionExceptionHandler(new Failures(environment));
    }

    /** @throws io.webhookmemory.service.config.InvalidSettingsException naming every bad setting */
    Session session() {
        return Session.of(environment, stop);
    }
}
