package io.webhookmemory.topics;

import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.InvalidSettingsException;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.lifecycle.StartupException;
import io.webhookmemory.topics.catalogue.CatalogueAdmin;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.topics.catalogue.TopicSpec;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.ToIntFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code topics} command line. Exit codes: 0 all well, 1 topics differ or Kafka refused, 2 wrong use or settings. */
@Command(
        name = "topics",
        mixinStandardHelpOptions = true,
        description = "Creates and checks the pipeline's Kafka topics. Configured like the services, by KAFKA_*,"
                + " TOPICS_* and WEBHOOK_* variables or a .env file.")
public final class TopicsCommand {
    private static final int OK = 0;
    private static final int DIFFERENT = 1;
    private static final int BAD_USE = 2;

    private final Environment environment;

    @Spec
    private CommandSpec spec;

    public TopicsCommand(Environment environment) {
        this.environment = environment;
    }

    public static void main(String[] args) {
        System.exit(commandLine(Environment.ofProcess()).execute(args));
    }

    /** The command, not yet run, so that a test can give it an environment and writers of its own. */
    public static CommandLine commandLine(Environment environment) {
        return new CommandLine(new TopicsCommand(environment)).setExecutionExceptionHandler((e, line, result) -> {
            if (e instanceof InvalidSettingsException settings) {
                settings.problems().forEach(line.getErr()::println);
                return BAD_USE;
            }
            if (e instanceof StartupException) {
                line.getErr().println(e.getMessage());
                return DIFFERENT;
            }
            throw e;
        });
    }

    @Command(description = "Creates missing topics, adds missing partitions, sets options that differ.")
    int apply() {
        return withAdmin(admin -> report(admin.apply(), "All topics are as the catalogue says."));
    }

    @Command(description = "Says what differs from the catalogue; exit code 1 if anything does.")
    int verify() {
        return withAdmin(admin -> report(admin.verify(), "All topics are as the catalogue says."));
    }

    @Command(description = "Prints the catalogue; needs no Kafka.")
    int list() {
        for (TopicSpec topic : catalogue(new SettingsReader(environment)).topics()) {
            out().printf("%-24s %3d partitions  %s%n", topic.name(), topic.partitions(), topic.config());
        }
        return OK;
    }

    private int report(List<CatalogueAdmin.Difference> differences, String allWell) {
        differences.forEach(out()::println);
        if (differences.isEmpty()) {
            out().println(allWell);
        }
        return differences.isEmpty() ? OK : DIFFERENT;
    }

    private int withAdmin(ToIntFunction<CatalogueAdmin> action) {
        SettingsReader settings = new SettingsReader(environment);
        KafkaSettings kafka = KafkaSettings.from(settings);
        TopicCatalogue catalogue = catalogue(settings);
        try (CatalogueAdmin admin = new CatalogueAdmin(kafka, catalogue)) {
            return action.applyAsInt(admin);
        }
    }

    private static TopicCatalogue catalogue(SettingsReader settings) {
        CatalogueSettings catalogue = CatalogueSettings.from(settings);
        settings.finish();
        return TopicCatalogue.of(catalogue);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
