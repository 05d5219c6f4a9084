package io.webhookmemory.admin.cli;

import io.webhookmemory.admin.replay.ReplayRefused;
import io.webhookmemory.admin.replay.ReplayRun;
import io.webhookmemory.admin.replay.Selection;
import io.webhookmemory.admin.transfer.Progress;
import io.webhookmemory.admin.transfer.Transfer;
import io.webhookmemory.service.cli.PointInTime;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.topics.catalogue.Topics;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
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

/** {@code admin replay}: sends the events of a time range through the pipeline again. */
@Command(
        name = "replay",
        description = "Sends the events of a topic through the pipeline again, each once per run. May be "
                + "stopped at any time; \"admin replay --run <id>\" continues.")
public final class ReplayCommand implements Callable<Integer> {
    private static final DateTimeFormatter RUN_ID =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    @ParentCommand
    private AdminCommand parent;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--from",
            description = "zoho.webhooks, a module topic or a retry topic (default: zoho.webhooks); or "
                    + "zoho.webhooks.rejected, whose webhooks are parsed again.",
            paramLabel = "<topic>")
    private String from;

    @Option(names = "--since", description = "Written then or later: " + PointInTime.HELP, paramLabel = "<time>")
    private Instant since;

    @Option(
            names = "--until",
            description = "Written before; default: the end when the run begins.",
            paramLabel = "<time>")
    private Instant until;

    @Option(names = "--module", split = ",", description = "Such as Deals.", paramLabel = "<module>")
    private List<String> modules = new ArrayList<>();

    @Option(
            names = "--account",
            split = ",",
            description = "Account ids: selects events that name the account, and events of records that "
                    + "the directory files under it.",
            paramLabel = "<id>")
    private List<String> accounts = new ArrayList<>();

    @Option(names = "--record", split = ",", description = "Record ids.", paramLabel = "<id>")
    private List<String> records = new ArrayList<>();

    @Option(
            names = "--run",
            description = "The run's id; becomes the replay-id of the events. An existing run continues.",
            paramLabel = "<id>")
    private String run;

    @Mixin
    private TransferOptions transfer;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() {
        Optional<Selection> selection = selection();
        String id = run == null ? RUN_ID.format(Instant.now()) : run;
        if (!id.matches("[A-Za-z0-9._-]{1,100}")) {
            throw wrong("--run may contain letters, digits, dots, hyphens and underscores only");
        }
        Session session = parent.session();
        selection.ifPresent(chosen -> requireEvents(chosen.from(), session));
        ReplayRun.Summary summary;
        try (Progress progress = TransferOptions.progress(err())) {
            Transfer.Options options = transfer.options(session, progress);
            session.reachable();
            if (run == null && !transfer.isDryRun()) {
                err().printf("Run %s; if it is interrupted, continue with: %s%n", id, toGoOn(id, 0));
            }
            summary = ReplayRun.run(
                    session.kafka(), session.rules(), new ReplayRun.Order(id, selection, transfer.isDryRun()), options);
        } catch (ReplayRefused e) {
            throw wrong(e.getMessage());
        }
        tell(summary);
        return ExitCode.OK;
    }

    private String toGoOn(String id, long sent) {
        return "admin replay --run " + id + transfer.again(sent);
    }

    private Optional<Selection> selection() {
        boolean given =
                from != null || until != null || !modules.isEmpty() || !accounts.isEmpty() || !records.isEmpty();
        if (since == null && (given || run == null)) {
            throw wrong("--since is required, or --run alone to continue a run");
        }
        PointInTime.requireOrder(since, until, spec.commandLine());
        return Optional.ofNullable(since)
                .map(begin ->
                        new Selection(from == null ? Topics.WEBHOOKS : from, begin, until, modules, accounts, records));
    }

    private void requireEvents(String topic, Session session) {
        CatalogueSettings catalogue = session.catalogue().settings();
        List<String> topics = new ArrayList<>(List.of(Topics.WEBHOOKS, Topics.REJECTED));
        topics.addAll(Topics.ofModules(catalogue.modules()));
        topics.addAll(Topics.retries(catalogue.retryTiers()));
        if (!topics.contains(topic)) {
            throw wrong("--from must be one of " + String.join(", ", topics)
                    + (topic.equals(Topics.DLT) ? "; for dead letters use \"admin dlt redrive\"" : ""));
        }
    }

    private void tell(ReplayRun.Summary summary) {
        if (output.isJson()) {
            out().println(OutputOption.json(summary));
            return;
        }
        long events =
                summary.byModule().values().stream().mapToLong(Long::longValue).sum();
        summary.byModule().forEach((module, count) -> out().printf("%,10d  %s%n", count, module));
        out().printf(
                        "%,d %s%s %sreplayed%s%s.%n",
                        summary.sent(),
                        events == summary.sent() ? "event" : "rejected record",
                        summary.sent() == 1 ? "" : "s",
                        summary.dryRun() ? "would be " : "",
                        summary.dryRun() ? "" : " as run " + summary.run(),
                        summary.sentBefore() > 0 ? " (%,d before)".formatted(summary.sentBefore()) : "");
        if (summary.stillRejected() > 0) {
            out().printf(
                            "%,d record%s still cannot be processed.%n",
                            summary.stillRejected(), summary.stillRejected() == 1 ? "" : "s");
        }
        if (!summary.dryRun() && !summary.complete()) {
            long sent = summary.sentBefore() + summary.sent();
            out().printf("Stopped before the end; \"%s\" continues.%n", toGoOn(summary.run(), sent));
        } else if (!summary.dryRun() && summary.resumed()) {
            out().println("The run is complete.");
        }
        out().flush();
    }

    private CommandLine.ParameterException wrong(String words) {
        return new CommandLine.ParameterException(spec.commandLine(), words);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
