package io.webhookmemory.admin.cli;

import io.webhookmemory.admin.deadletter.DeadLetter;
import io.webhookmemory.admin.deadletter.DeadLetterFilter;
import io.webhookmemory.admin.deadletter.DeadLetterRun;
import io.webhookmemory.admin.deadletter.DeadLetterTopic;
import io.webhookmemory.admin.deadletter.Handled;
import io.webhookmemory.admin.transfer.Progress;
import io.webhookmemory.admin.transfer.Transfer;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code admin dlt …}: lists and handles dead letters. */
@Command(name = "dlt", description = "Lists, shows, redrives and discards dead letters.")
public final class DltCommand implements Runnable {
    private static final int DEFAULT_LINES = 100;

    @ParentCommand
    private AdminCommand parent;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "missing subcommand: list, show, redrive or discard");
    }

    @Command(description = "Lists unhandled dead letters and counts their reasons; --all includes handled ones.")
    int list(
            @Mixin DeadLetterOptions deadLetters,
            @Mixin OutputOption output,
            @Option(names = "--all", description = "Include redriven and discarded dead letters.") boolean all,
            @Option(
                            names = "--max",
                            description = "Maximum number of lines; all are counted (default: " + DEFAULT_LINES
                                    + " as text, every dead letter as json).",
                            paramLabel = "<count>")
                    Long most) {
        // JSON output has no total by which a reader could notice that lines are missing.
        long max = most != null ? most : output.isJson() ? Long.MAX_VALUE : DEFAULT_LINES;
        if (max < 1) {
            throw wrong("list", "--max must be 1 or more");
        }
        DeadLetterFilter filter = deadLetters.filter();
        Map<String, Long> reasons = new TreeMap<>();
        long[] shown = new long[1];
        Session session = parent.session().reachable();
        try (DeadLetterTopic topic = new DeadLetterTopic(session.kafka(), session.stop())) {
            Map<String, Handled> handledById = topic.handled();
            if (!output.isJson()) {
                out().print(DeadLetterView.headings());
            }
            topic.deadLetters(filter.since(), deadLetter -> {
                Optional<Handled> handled = Optional.ofNullable(handledById.get(deadLetter.id()));
                if ((all || handled.isEmpty()) && filter.matches(deadLetter)) {
                    reasons.merge(deadLetter.reason(), 1L, Long::sum);
                    if (shown[0]++ < max) {
                        DeadLetterView.Line line = DeadLetterView.line(deadLetter, handled);
                        out().print(output.isJson() ? OutputOption.json(line) + '\n' : DeadLetterView.text(line));
                    }
                }
            });
        }
        if (session.stop().isAsked()) {
            err().println("Stopped before the end.");
        } else if (!output.isJson()) {
            out().printf("%n%s%s%n", deadLetters(shown[0]), shown[0] > max ? ", " + max + " of them listed" : "");
            histogram(reasons);
            if (shown[0] == 0 && !filter.isEmpty()) {
                printFilterHint();
            }
        }
        out().flush();
        return ExitCode.OK;
    }

    @Command(description = "Prints dead letters in full, headers and value; these are personal data.")
    int show(
            @Parameters(arity = "1..*", paramLabel = "<partition:offset>") Set<String> ids,
            @Mixin OutputOption output) {
        DeadLetterOptions.requireIds(ids, line("show"));
        Set<String> missing = new LinkedHashSet<>(ids);
        Session session = parent.session().reachable();
        try (DeadLetterTopic topic = new DeadLetterTopic(session.kafka(), session.stop())) {
            Map<String, Handled> handledById = topic.handled();
            topic.deadLetters(Optional.empty(), deadLetter -> {
                if (missing.remove(deadLetter.id())) {
                    print(deadLetter, Optional.ofNullable(handledById.get(deadLetter.id())), output);
                }
            });
        }
        if (session.stop().isAsked()) {
            err().println("Stopped before the end.");
        } else if (!missing.isEmpty()) {
            err().printf("Not found: %s%n", String.join(", ", missing));
        }
        return missing.isEmpty() ? ExitCode.OK : ExitCode.LEFT;
    }

    private void print(DeadLetter deadLetter, Optional<Handled> handled, OutputOption output) {
        DeadLetterView.Full full = DeadLetterView.full(deadLetter, handled);
        out().println(output.isJson() ? OutputOption.json(full) : DeadLetterView.text(full));
    }

    @Command(
            description =
                    "Sends dead letters through the pipeline again, each once; without a filter, all unhandled ones. May be"
                            + " stopped and run again at any time.")
    int redrive(
            @Mixin DeadLetterOptions deadLetters,
            @Mixin TransferOptions transfer,
            @Mixin OutputOption output,
            @Option(
                            names = "--max-redrives",
                            description = "Skip dead letters redriven this often (default: ${DEFAULT-VALUE}).",
                            paramLabel = "<count>",
                            defaultValue = "3")
                    int maxRedrives,
            @Option(names = "--force", description = "Redrive dead letters however often they were redriven before.")
                    boolean force) {
        if (maxRedrives < 0) {
            throw wrong("redrive", "--max-redrives must be 0 or more");
        }
        int guard = force ? -1 : maxRedrives;
        return handle(
                new DeadLetterRun.Order(Handled.REDRIVEN, deadLetters.filter(), guard, transfer.isDryRun()),
                transfer,
                output);
    }

    @Command(description = "Marks dead letters as discarded: they are no longer listed or redriven.")
    int discard(
            @Mixin DeadLetterOptions deadLetters,
            @Mixin TransferOptions transfer,
            @Mixin OutputOption output,
            @Option(names = "--all", description = "Required if no filter is given.") boolean all) {
        DeadLetterFilter filter = deadLetters.filter();
        if (filter.isEmpty() && !all && !transfer.isDryRun()) {
            throw wrong("discard", "this would discard every dead letter; give a filter, or --all");
        }
        return handle(new DeadLetterRun.Order(Handled.DISCARDED, filter, -1, transfer.isDryRun()), transfer, output);
    }

    private int handle(DeadLetterRun.Order order, TransferOptions transfer, OutputOption output) {
        DeadLetterRun.Summary summary;
        Session session = parent.session();
        try (Progress progress = TransferOptions.progress(err())) {
            Transfer.Options options = transfer.options(session, progress);
            summary = DeadLetterRun.run(session.reachable().kafka(), order, options, Clock.systemUTC());
        }
        if (output.isJson()) {
            out().println(OutputOption.json(summary));
        } else {
            printSummary(summary);
            if (summary.matched() == 0
                    && summary.notWaiting().isEmpty()
                    && !order.filter().isEmpty()) {
                printFilterHint();
            }
        }
        out().flush();
        return summary.refused() + summary.unreadable() == 0
                        && summary.notWaiting().isEmpty()
                ? ExitCode.OK
                : ExitCode.LEFT;
    }

    private void printSummary(DeadLetterRun.Summary summary) {
        histogram(summary.byReason());
        out().printf(
                        "%s %s%s.%n",
                        deadLetters(summary.handled()), summary.dryRun() ? "would be " : "", summary.action());
        if (!summary.notWaiting().isEmpty()) {
            String ids = String.join(",", summary.notWaiting());
            out().printf("%s left: handled before, or not found; see \"dlt list --all --id %s\".%n", ids, ids);
        }
        if (summary.refused() > 0) {
            out().printf("%,d left: redriven too often before (--max-redrives, --force).%n", summary.refused());
        }
        if (summary.unreadable() > 0) {
            out().printf("%,d left: unreadable; see \"dlt show\", then \"dlt discard\".%n", summary.unreadable());
        }
        if (!summary.complete()) {
            out().println("Stopped before the end; run the same command to continue.");
        }
    }

    /** Without this line, a misspelt reason would look as if there were no dead letters. */
    private void printFilterHint() {
        out().println("No dead letter matches the filter; \"dlt list\" without a filter lists all unhandled ones.");
    }

    private static String deadLetters(long count) {
        return "%,d dead letter%s".formatted(count, count == 1 ? "" : "s");
    }

    private void histogram(Map<String, Long> reasons) {
        reasons.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(reason -> out().printf("%,10d  %s%n", reason.getValue(), reason.getKey()));
    }

    private CommandLine.ParameterException wrong(String command, String words) {
        return new CommandLine.ParameterException(line(command), words);
    }

    private CommandLine line(String command) {
        return spec.subcommands().get(command);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
