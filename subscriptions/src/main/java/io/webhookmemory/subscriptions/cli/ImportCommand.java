package io.webhookmemory.subscriptions.cli;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.service.access.AccessCheck;
import io.webhookmemory.service.access.AccessList;
import io.webhookmemory.service.catalogue.CatalogueCheck;
import io.webhookmemory.service.cli.Version;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.Clients;
import io.webhookmemory.service.kafka.EventPublisher;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.kafka.Lag;
import io.webhookmemory.service.kafka.NotAcknowledged;
import io.webhookmemory.subscriptions.importing.ImportSettings;
import io.webhookmemory.subscriptions.importing.KafkaPositions;
import io.webhookmemory.subscriptions.importing.ModulePosition;
import io.webhookmemory.subscriptions.importing.RecordImport;
import io.webhookmemory.subscriptions.importing.Sleeper;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.zoho.api.ModuleCount;
import io.webhookmemory.zoho.api.ZohoClient;
import io.webhookmemory.zoho.api.ZohoException;
import io.webhookmemory.zoho.api.ZohoFailure;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code subscriptions import}. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Publishes the records that Zoho already holds. Run it once, after the pipeline is connected. If it"
                        + " was interrupted, run the same command again: it continues. Exit codes: 0 all imported; 1 Zoho or"
                        + " Kafka refused; 2 wrong use or settings.")
final class ImportCommand implements Callable<Integer> {
    private static final int OK = 0;
    private static final int REFUSED = 1;

    private final Environment environment;
    private final Clock clock;

    @Spec
    private CommandSpec spec;

    @Option(names = "--module", description = "Of this module only; may be repeated.")
    private List<String> modules = new ArrayList<>();

    @Option(names = "--dry-run", description = "Only print the number of records and API credits.")
    private boolean dryRun;

    @Option(
            names = "--rate",
            defaultValue = "100",
            description = "Events per second at most; ${DEFAULT-VALUE} unless given.")
    private int rate;

    @Option(
            names = "--max-backlog",
            defaultValue = "500",
            description = "Wait while the pipeline has more events before it; ${DEFAULT-VALUE} unless given.")
    private long maxBacklog;

    @Option(names = "--restart", description = "Import from the beginning, also what is imported already.")
    private boolean restart;

    ImportCommand(Environment environment, Clock clock) {
        this.environment = environment;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        SettingsReader reader = new SettingsReader(environment);
        ImportSettings settings = ImportSettings.from(reader);
        reader.finish();
        List<String> chosen = chosen(settings);
        AccessCheck.require(settings.kafka(), AccessList.of(settings.catalogue(), AccessList.SUBSCRIPTIONS));
        CatalogueCheck.require(settings.kafka(), settings.catalogue());
        MeterRegistry metrics = new SimpleMeterRegistry();
        ZohoClient zoho = ZohoClient.create(settings.zoho(), metrics, clock);
        CommandLine line = spec.commandLine();
        ImportOutput output = new ImportOutput(line.getOut(), line.getErr(), clock, metrics);
        try (KafkaPositions positions = new KafkaPositions(settings.kafka())) {
            List<PlannedModule> plan = new ArrayList<>();
            for (String module : chosen) {
                Optional<ModulePosition> kept = restart ? Optional.empty() : positions.of(module);
                plan.add(new PlannedModule(ModuleCount.of(module, zoho.counts()), kept));
            }
            output.plan(plan, rate);
            return dryRun ? OK : run(settings, zoho, positions, plan, output);
        }
    }

    private List<String> chosen(ImportSettings settings) {
        if (rate < 1 || maxBacklog < 0) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--rate and --max-backlog must be positive");
        }
        modules.stream().filter(module -> !settings.modules().contains(module)).forEach(module -> {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), module + " is none of the modules to import: " + settings.modules());
        });
        return modules.isEmpty() ? settings.modules() : modules;
    }

    private int run(
            ImportSettings settings,
            ZohoClient zoho,
            KafkaPositions positions,
            List<PlannedModule> plan,
            ImportOutput output) {
        try (EventPublisher publisher = new EventPublisher(settings.publishing());
                Admin admin = Clients.admin(settings.kafka())) {
            publisher.warmUp(Topics.WEBHOOKS);
            Lag lag = new Lag(admin, settings.catalogue().settings());
            RecordImport records = new RecordImport(
                    zoho,
                    events -> publisher.publish(events, Optional.empty()),
                    positions,
                    () -> backlog(settings.kafka(), lag),
                    new RecordImport.Limits(rate, maxBacklog),
                    clock,
                    Sleeper.real(),
                    output);
            return run(records, plan, output);
        }
    }

    private int run(RecordImport records, List<PlannedModule> plan, ImportOutput output) {
        int code = OK;
        output.begin();
        for (PlannedModule module : plan) {
            if (module.finished()) {
                continue;
            }
            try {
                output.finished(module, records.run(module.name(), module.position()));
            } catch (ZohoException e) {
                output.failed(module, e.getMessage());
                code = REFUSED;
                if (!(e.failure() instanceof ZohoFailure.Permanent)) {
                    return output.interrupted();
                }
            } catch (NotAcknowledged e) {
                output.failed(module, "Kafka does not acknowledge");
                return output.interrupted();
            } catch (KafkaProblem e) {
                output.failed(module, e.getMessage());
                return output.interrupted();
            }
        }
        output.summary();
        return code;
    }

    private static long backlog(KafkaSettings kafka, Lag lag) {
        try {
            return lag.byGroup().values().stream().mapToLong(Long::longValue).sum();
        } catch (ExecutionException | TimeoutException e) {
            throw KafkaProblem.of(kafka, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
