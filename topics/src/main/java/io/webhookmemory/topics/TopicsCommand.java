package io.webhookmemory.topics;

import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.InvalidSettingsException;
import io.webhookmemory.topics.catalogue.Applied;
import io.webhookmemory.topics.catalogue.CatalogueAdmin;
import io.webhookmemory.topics.catalogue.Difference;
import io.webhookmemory.topics.catalogue.TopicSpec;
import io.webhookmemory.topics.cli.AclsCommand;
import io.webhookmemory.topics.cli.DltCommand;
import io.webhookmemory.topics.cli.ExitCode;
import io.webhookmemory.topics.cli.Failures;
import io.webhookmemory.topics.cli.GraphCommand;
import io.webhookmemory.topics.cli.OutputOption;
import io.webhookmemory.topics.cli.PointInTime;
import io.webhookmemory.topics.cli.ReplayCommand;
import io.webhookmemory.topics.cli.Session;
import io.webhookmemory.topics.cli.StrimziCommand;
import io.webhookmemory.topics.cli.WrongUse;
import io.webhookmemory.topics.transfer.StopSignal;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code topics} command line; what it ends with is in {@link ExitCode}. */
@Command(
        name = "topics",
        subcommands = {
            DltCommand.class,
            ReplayCommand.class,
            GraphCommand.class,
            AclsCommand.class,
            StrimziCommand.class
        },
        description = "The pipeline's Kafka topics and what is on them. Configured like the services, by KAFKA_*,"
                + " TOPICS_* and WEBHOOK_* variables or a .env file.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:topics differ; a letter is not there, or was handled before; letters were left, the output says why",
            "2:wrong use or settings; nothing was done",
            "3:Kafka cannot be reached or refused; what was committed before stays",
            "70:an unexpected error, told with its stack trace",
            "130:interrupted (143: terminated); the same command goes on, a replay with its --run"
        })
public final class TopicsCommand {
    private static final Duration LAST_COMMIT = Duration.ofSeconds(10);

    private final Environment environment;
    private final StopSignal stop;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Says what a command does and takes.")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    private TopicsCommand(Environment environment, StopSignal stop) {
        this.environment = environment;
        this.stop = stop;
    }

    public static void main(String[] args) {
        // Standard output is the command's; the clients' complaints go to standard error.
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "logback-topics.xml");
        }
        StopSignal stop = new StopSignal();
        CountDownLatch finished = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndAwait(stop, finished), "stop"));
        int code = commandLine(Environment.ofProcess(), stop).execute(args);
        finished.countDown();
        System.exit(code);
    }

    private static void stopAndAwait(StopSignal stop, CountDownLatch finished) {
        stop.stop();
        try {
            finished.await(LAST_COMMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The command, not yet run, so that a test can give it an environment and writers of its own. */
    public static CommandLine commandLine(Environment environment) {
        return commandLine(environment, new StopSignal());
    }

    private static CommandLine commandLine(Environment environment, StopSignal stop) {
        return new CommandLine(new TopicsCommand(environment, stop))
                .registerConverter(Instant.class, new PointInTime(Clock.systemUTC()))
                .setParameterExceptionHandler(new WrongUse())
                .setExecutionExceptionHandler(new Failures(environment));
    }

    @Command(
            description = "Creates missing topics, adds missing partitions, sets options that differ, and says what it"
                    + " did; exit code 1 where something still differs. Takes nothing away.")
    int apply(@Mixin OutputOption output) {
        return withAdmin(admin -> {
            Applied applied = admin.apply();
            applied.changes().forEach(change -> print(change, output));
            return report(applied.differing(), applied.notes(), output);
        });
    }

    @Command(description = "Says what differs from the catalogue; exit code 1 if anything does. Changes nothing.")
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

    /** @throws InvalidSettingsException naming every bad setting */
    public Session session() {
        return Session.of(environment, stop);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
