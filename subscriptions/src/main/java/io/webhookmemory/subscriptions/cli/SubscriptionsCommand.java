package io.webhookmemory.subscriptions.cli;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.service.cli.PointInTime;
import io.webhookmemory.service.cli.Version;
import io.webhookmemory.service.cli.WrongUse;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.InvalidSettingsException;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.EventPublisher;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.PublisherSettings;
import io.webhookmemory.service.lifecycle.StartupException;
import io.webhookmemory.subscriptions.channel.Outcome;
import io.webhookmemory.subscriptions.channel.Outcome.Done;
import io.webhookmemory.subscriptions.channel.Outcome.Refused;
import io.webhookmemory.subscriptions.channel.SubscriptionSettings;
import io.webhookmemory.subscriptions.channel.Subscriptions;
import io.webhookmemory.subscriptions.channel.Subscriptions.Listed;
import io.webhookmemory.subscriptions.channel.Watch;
import io.webhookmemory.subscriptions.sweep.Sweep;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.zoho.api.ZohoClient;
import io.webhookmemory.zoho.api.ZohoException;
import io.webhookmemory.zoho.crm.CrmModules;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The {@code subscriptions} command line. Exit codes: 0 success; 1 Zoho refused or cannot be reached, or a check
 * failed; 2 wrong use or settings.
 */
@Command(
        name = "subscriptions",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Without arguments: runs the service that maintains the notification channels at "
                + "Zoho CRM. The commands manage the channels by hand; each can be repeated. "
                + "Configured by ZOHO_*, WEBHOOK_BASE_URL, WEBHOOK_SECRET and WEBHOOK_SUBSCRIPTIONS.")
public final class SubscriptionsCommand {
    private static final int OK = 0;
    private static final int REFUSED = 1;
    private static final int BAD_USE = 2;

    private final Environment environment;
    private final Clock clock;

    @Spec
    private CommandSpec spec;

    private SubscriptionsCommand(Environment environment, Clock clock) {
        this.environment = environment;
        this.clock = clock;
    }

    /** The command before it runs, so that a test can pass its own environment, clock and writers. */
    public static CommandLine commandLine(Environment environment, Clock clock) {
        return new CommandLine(new SubscriptionsCommand(environment, clock))
                .addSubcommand(new ImportCommand(environment, clock))
                .registerConverter(Instant.class, new PointInTime(clock))
                .setParameterExceptionHandler(new WrongUse())
                .setExecutionExceptionHandler((e, line, result) -> explain(e, line));
    }

    /**
     * Prints why a command failed.
     *
     * @return the exit code
     * @throws Exception the given one, if it is a programming error
     */
    private static int explain(Exception e, CommandLine line) throws Exception {
        if (e instanceof InvalidSettingsException settings) {
            settings.problems().forEach(line.getErr()::println);
            return BAD_USE;
        }
        if (e instanceof ZohoException || e instanceof StartupException || e instanceof KafkaProblem) {
            line.getErr().println(e.getMessage());
            return REFUSED;
        }
        throw e;
    }

    @Command(mixinStandardHelpOptions = true, description = "Registers a channel for a module, or replaces it.")
    int register(
            @Option(names = "--module", required = true, description = "Zoho's name of the module, such as Deals.")
                    String module,
            @Option(
                            names = "--events",
                            split = ",",
                            defaultValue = "create,edit,delete",
                            description = "Some of create, edit, delete (default: all).")
                    List<String> events) {
        Watch watch = watch(module, events);
        SubscriptionSettings settings = settings();
        int code = report(subscriptions(settings).register(List.of(watch)));
        if (settings.watches().stream().noneMatch(kept -> kept.module().equals(watch.module()))) {
            err().println(watch.module()
                    + " is not in WEBHOOK_SUBSCRIPTIONS: the service does not register it again if Zoho loses it");
        }
        return code;
    }

    @Command(
            name = "register-defaults",
            mixinStandardHelpOptions = true,
            description = "Registers the channels of WEBHOOK_SUBSCRIPTIONS; by default those of every module that"
                    + " Zoho can watch.")
    int registerDefaults() {
        SubscriptionSettings settings = settings();
        return report(subscriptions(settings).register(settings.watches()));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Lists the organisation's channels, this installation's and others'.")
    int list() {
        List<Listed> rows = subscriptions(settings()).list();
        rows.forEach(row -> out().printf(
                        Locale.ROOT,
                        "%-20s %-10s %-24s expires %s  %s%n",
                        row.channelId(),
                        row.watch().module(),
                        String.join(",", row.watch().operations()),
                        row.expiry().map(Object::toString).orElse("?"),
                        row.ours() ? "ours" : "another's"));
        out().println(rows.size() + (rows.size() == 1 ? " channel row" : " channel rows"));
        return OK;
    }

    @Command(mixinStandardHelpOptions = true, description = "Changes which events of a module are reported.")
    int update(
            @Option(names = "--module", required = true, description = "Zoho's name of the module, such as Deals.")
                    String module,
            @Option(
                            names = "--events",
                            split = ",",
                            required = true,
                            description = "Some of create, edit, delete; or all.")
                    List<String> events) {
        Watch watch = watch(module, events);
        return report(subscriptions(settings()).update(List.of(watch)));
    }

    @Command(mixinStandardHelpOptions = true, description = "Renews all channels; registers those that Zoho has lost.")
    int renew() {
        SubscriptionSettings settings = settings();
        Subscriptions subscriptions = subscriptions(settings);
        return report(subscriptions.renew(living(settings, subscriptions)));
    }

    @Command(mixinStandardHelpOptions = true, description = "Ends channels of this installation.")
    int unregister(
            @Option(names = "--module", description = "The module whose channel to end; may be repeated.")
                    List<String> modules,
            @Option(names = "--all", description = "All channels of this installation.") boolean all) {
        if (all == (modules != null)) {
            throw new CommandLine.ParameterException(spec.commandLine(), "either --module or --all");
        }
        Subscriptions subscriptions = subscriptions(settings());
        List<String> ended = all ? List.copyOf(subscriptions.ours().keySet()) : modules;
        if (ended.isEmpty()) {
            out().println("Nothing is registered.");
            return OK;
        }
        return report(subscriptions.unregister(ended));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description =
                    "Prints what is wrong with the channels of WEBHOOK_SUBSCRIPTIONS; exit code 1 if " + "anything is.")
    int verify(
            @Option(
                            names = "--at-least-hours",
                            defaultValue = "24",
                            description = "How long they must remain valid (default: ${DEFAULT-VALUE}).")
                    int hours) {
        SubscriptionSettings settings = settings();
        List<String> problems = subscriptions(settings).verify(settings.watches(), Duration.ofHours(hours));
        problems.forEach(out()::println);
        if (problems.isEmpty()) {
            out().println("All channels are as configured.");
        }
        settings.sweptOnly().forEach(module -> out().println(module + " has no channel; its changes are swept."));
        return problems.isEmpty() ? OK : REFUSED;
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Publishes changes made in Zoho since a given time, like the running service, "
                    + "for gaps that the service does not know of. The stream-processor drops "
                    + "duplicates.")
    int sweep(
            @Option(
                            names = "--since",
                            required = true,
                            description =
                                    "2026-03-01T08:00:00Z, 2026-03-01 (midnight, UTC), or how long ago: 90m, 12h, 7d.")
                    Instant since,
            @Option(names = "--module", description = "Of this module only; may be repeated.") List<String> modules) {
        SettingsReader reader = new SettingsReader(environment);
        PublisherSettings publishing = PublisherSettings.from(reader);
        reader.finish();
        SubscriptionSettings settings = settings();
        Map<String, Instant> positions = new TreeMap<>();
        (modules == null ? settings.sweptModules() : modules).forEach(module -> positions.put(module, since));
        ZohoClient zoho = ZohoClient.create(settings.zoho(), new SimpleMeterRegistry(), clock);
        try (EventPublisher publisher = new EventPublisher(publishing)) {
            publisher.warmUp(Topics.WEBHOOKS);
            Sweep.Result result =
                    new Sweep(zoho, events -> publisher.publish(events, Optional.empty()), clock).run(positions);
            result.events().forEach((module, events) -> out().println(module + ": " + events + " events"));
            result.troubles().forEach(err()::println);
            return result.troubles().isEmpty() ? OK : REFUSED;
        } catch (KafkaException e) {
            err().println("Kafka at " + publishing.kafka().bootstrapServers() + " cannot be reached: "
                    + e.getMessage());
            return REFUSED;
        }
    }

    /** Existing channels, with their present events; and missing channels, with the configured events. */
    private static List<Watch> living(SubscriptionSettings settings, Subscriptions subscriptions) {
        List<Watch> watches = new ArrayList<>();
        List<Listed> ours = List.copyOf(subscriptions.ours().values());
        ours.forEach(row -> watches.add(row.watch()));
        settings.watches().stream()
                .filter(watch ->
                        ours.stream().noneMatch(row -> row.watch().module().equals(watch.module())))
                .forEach(watches::add);
        return watches;
    }

    private Watch watch(String module, List<String> events) {
        try {
            return Watch.of(events.stream().map(event -> module + "." + event).toList())
                    .get(0);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int report(List<Outcome> outcomes) {
        int code = OK;
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Refused refused) {
                err().println(refused.module() + ": " + ZohoException.words(refused.why()));
                CrmModules.whyNotWatchable(refused.module()).ifPresent(err()::println);
                code = REFUSED;
            } else {
                Done done = (Done) outcome;
                String action = done.action().name().toLowerCase(Locale.ROOT).replace('_', ' ');
                String until = done.expiry().map(time -> ", expires " + time).orElse("");
                out().println(done.module() + ": " + action + until);
            }
        }
        return code;
    }

    private SubscriptionSettings settings() {
        SettingsReader reader = new SettingsReader(environment);
        SubscriptionSettings settings = SubscriptionSettings.from(reader);
        reader.finish();
        return settings;
    }

    private Subscriptions subscriptions(SubscriptionSettings settings) {
        ZohoClient zoho = ZohoClient.create(settings.zoho(), new SimpleMeterRegistry(), clock);
        return new Subscriptions(zoho.channels(), settings.plan(), clock);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
