package io.webhookmemory.admin.cli;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.admin.audit.Audit;
import io.webhookmemory.admin.audit.AuditReport;
import io.webhookmemory.admin.audit.AuditScope;
import io.webhookmemory.admin.audit.AuditSettings;
import io.webhookmemory.admin.audit.RepairPlan;
import io.webhookmemory.admin.audit.RepairRun;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.time.TimeText;
import io.webhookmemory.topics.event.CrmId;
import io.webhookmemory.zoho.api.ZohoClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code admin audit}: whether memory holds what Zoho holds. */
@Command(
        name = "audit",
        description = "Compares Zoho, the directory and Cognee's listings, and reports where they differ. Zoho is"
                + " read if its credentials are set. Reads only, unless --repair is given. Exit code 1 if anything"
                + " differs, also if it is being repaired.")
public final class AuditCommand implements Callable<Integer> {
    @ParentCommand
    private AdminCommand parent;

    @Spec
    private CommandSpec spec;

    @Option(names = "--module", split = ",", description = "Such as Deals.", paramLabel = "<module>")
    private List<String> modules = new ArrayList<>();

    @Option(names = "--account", description = "Only this account's records.", paramLabel = "<id>")
    private String account;

    @Option(
            names = "--sample",
            description = "Examples of each kind to print (default: ${DEFAULT-VALUE}).",
            paramLabel = "<count>")
    private int sample = 5;

    @Option(
            names = "--grace",
            description = "A difference that is younger does not count: 90s, 5m, 2h (default: 5m). Also the longest"
                    + " wait for events that are on their way.",
            paramLabel = "<duration>")
    private String grace = "5m";

    @Option(
            names = "--repair",
            description = "Publish the events that make the pipeline repair what differs. Cognee is never written to.")
    private boolean repair;

    @Option(
            names = "--max",
            description = "Maximum number of records to repair (default: ${DEFAULT-VALUE}).",
            paramLabel = "<count>")
    private int max = 1000;

    @Option(names = "--dry-run", description = "With --repair: count the events and write none.")
    private boolean dryRun;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() {
        SettingsReader reader = new SettingsReader(parent.environment());
        AuditSettings settings = AuditSettings.from(reader);
        reader.finish();
        AuditScope scope = scope(settings);
        Session session = parent.session().reachable();
        Clock clock = Clock.systemUTC();
        Optional<ZohoClient> zoho =
                settings.zoho().map(credentials -> ZohoClient.create(credentials, new SimpleMeterRegistry(), clock));
        Audit audit = new Audit(settings, zoho, session.stop(), clock);
        AuditView view = new AuditView(
                spec.commandLine().getOut(), spec.commandLine().getErr(), zoho.isPresent(), output.isJson());
        view.estimate(audit.estimate(scope));
        AuditReport report = audit.run(scope);
        if (session.stop().isAsked()) {
            spec.commandLine().getErr().println("Stopped before the end; nothing was repaired.");
            return ExitCode.LEFT;
        }
        Optional<RepairPlan> plan =
                repair ? Optional.of(RepairPlan.of(report, max, clock.instant())) : Optional.empty();
        int written = dryRun || plan.isEmpty() ? 0 : RepairRun.publish(settings.kafka(), plan.get(), session.stop());
        if (session.stop().isAsked()) {
            spec.commandLine().getErr().printf("Stopped after %,d events; the next run finds the rest.%n", written);
            return ExitCode.LEFT;
        }
        view.report(report, plan, dryRun);
        return report.differs() ? ExitCode.LEFT : ExitCode.OK;
    }

    private AuditScope scope(AuditSettings settings) {
        List<String> all = settings.catalogue().modules();
        modules.stream().filter(module -> !all.contains(module)).findFirst().ifPresent(module -> {
            throw wrong(module + " is none of the pipeline's modules: " + all);
        });
        if (account != null && !CrmId.isValid(account)) {
            throw wrong("--account must be a record id");
        }
        if (sample < 0 || max < 1) {
            throw wrong("--sample must be 0 or more, --max 1 or more");
        }
        if (dryRun && !repair) {
            throw wrong("--dry-run needs --repair; without it, an audit writes nothing");
        }
        return new AuditScope(modules.isEmpty() ? all : modules, Optional.ofNullable(account), sample, grace());
    }

    private Duration grace() {
        return TimeText.duration(grace).orElseThrow(() -> wrong("--grace must be a duration, such as 90s, 5m or 2h"));
    }

    private CommandLine.ParameterException wrong(String words) {
        return new CommandLine.ParameterException(spec.commandLine(), words);
    }
}
