package io.webhookmemory.admin.cli;

import io.webhookmemory.admin.deadletter.DeadLetter;
import io.webhookmemory.admin.deadletter.DeadLetterTopic;
import io.webhookmemory.admin.deadletter.LetterFilter;
import io.webhookmemory.admin.deadletter.LetterRun;
import io.webhookmemory.admin.deadletter.Mark;
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

/** {@code topics dlt …}: the dead letters, and what to do with them. */
@Command(name = "dlt", description = "Lists, shows, sends back and puts away dead letters.")
public final class DltCommand implements Runnable {
    private static final int DEFAULT_LINES = 100;

    @ParentCommand
    private AdminCommand parent;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "say which: list, show, redrive or discard");
    }

    @Command(description = "Lists the letters that wait, and counts their reasons; --all lists the handled ones too.")
    int list(
            @Mixin LetterOptions letters,
            @Mixin OutputOption output,
            @Option(names = "--all", description = "With those redriven or discarded.") boolean all,
            @Option(
                            names = "--max",
                            description = "Lines at most; all are counted (default: " + DEFAULT_LINES
                                    + " as text, every letter as json).",
                            paramLabel = "<count>")
                    Long most) {
        // A program that reads JSON has no total to see that something is missing by.
        long max = most != null ? most : output.isJson() ? Long.MAX_VALUE : DEFAULT_LINES;
        if (max < 1) {
            throw wrong("list", "--max must be 1 or more");
        }
        LetterFilter filter = letters.filter();
        Map<String, Long> reasons = new TreeMap<>();
        long[] shown = new long[1];
        Session session = parent.session().reachable();
        try (DeadLetterTopic topic = new DeadLetterTopic(session.kafka(), session.stop())) {
            Map<String, Mark> marks = topic.marks();
            if (!output.isJson()) {
                out().print(LetterView.headings());
            }
            topic.letters(filter.since(), letter -> {
                Optional<Mark> mark = Optional.ofNullable(marks.get(letter.id()));
                if ((all || mark.isEmpty()) && filter.matches(letter)) {
                    reasons.merge(letter.reason(), 1L, Long::sum);
                    if (shown[0]++ < max) {
                        LetterView.Line line = LetterView.line(letter, mark);
                        out().print(output.isJson() ? OutputOption.json(line) + '\n' : LetterView.text(line));
                    }
                }
            });
        }
        if (session.stop().isAsked()) {
            err().println("Stopped before the end.");
        } else if (!output.isJson()) {
            out().printf("%n%s%s%n", letters(shown[0]), shown[0] > max ? ", " + max + " of them listed" : "");
            histogram(reasons);
            if (shown[0] == 0 && !filter.isEmpty()) {
                tellOfFilter();
            }
        }
        out().flush();
        return ExitCode.OK;
    }

    @Command(description = "Shows letters in full, headers and value; these are personal data.")
    int show(
            @Parameters(arity = "1..*", paramLabel = "<partition:offset>") Set<String> ids,
            @Mixin OutputOption output) {
        LetterOptions.requireIds(ids, line("show"));
        Set<String> missing = new LinkedHashSet<>(ids);
        Session session = parent.session().reachable();
        try (DeadLetterTopic topic = new DeadLetterTopic(session.kafka(), session.stop())) {
            Map<String, Mark> marks = topic.marks();
            topic.letters(Optional.empty(), letter -> {
                if (missing.remove(letter.id())) {
                    print(letter, Optional.ofNullable(marks.get(letter.id())), output);
                }
            });
        }
        if (session.stop().isAsked()) {
            err().println("Stopped before the end.");
        } else if (!missing.isEmpty()) {
            err().printf("Not there: %s%n", String.join(", ", missing));
        }
        return missing.isEmpty() ? ExitCode.OK : ExitCode.LEFT;
    }

    private void print(DeadLetter letter, Optional<Mark> mark, OutputOption output) {
        LetterView.Full full = LetterView.full(letter, mark);
        out().println(output.isJson() ? OutputOption.json(full) : LetterView.text(full));
    }

    @Command(
            description =
                    "Sends letters back into the pipeline, each once; without a filter all that wait. May be cut off"
                            + " and run again at any time.")
    int redrive(
            @Mixin LetterOptions letters,
            @Mixin TransferOptions transfer,
            @Mixin OutputOption output,
            @Option(
                            names = "--max-redrives",
                            description = "Letters sent back so often before are left (default: ${DEFAULT-VALUE}).",
                            paramLabel = "<count>",
                            defaultValue = "3")
                    int maxRedrives,
            @Option(names = "--force", description = "Send letters back however often that was done before.")
                    boolean force) {
        if (maxRedrives < 0) {
            throw wrong("redrive", "--max-redrives must be 0 or more");
        }
        int guard = force ? -1 : maxRedrives;
        return handle(
                new LetterRun.Order(Mark.REDRIVEN, letters.filter(), guard, transfer.isDryRun()), transfer, output);
    }

    @Command(description = "Marks letters as done with: they are listed and sent back no more.")
    int discard(
            @Mixin LetterOptions letters,
            @Mixin TransferOptions transfer,
            @Mixin OutputOption output,
            @Option(names = "--all", description = "Needed where no filter is given.") boolean all) {
        LetterFilter filter = letters.filter();
        if (filter.isEmpty() && !all && !transfer.isDryRun()) {
            throw wrong("discard", "this would discard every letter; give a filter, or --all");
        }
        return handle(new LetterRun.Order(Mark.DISCARDED, filter, -1, transfer.isDryRun()), transfer, output);
    }

    private int handle(LetterRun.Order order, TransferOptions transfer, OutputOption output) {
        LetterRun.Summary summary;
        Session session = parent.session();
        try (Progress progress = TransferOptions.progress(err())) {
            Transfer.Options options = transfer.options(session, progress);
            summary = LetterRun.run(session.reachable().kafka(), order, options, Clock.systemUTC());
        }
        if (output.isJson()) {
            out().println(OutputOption.json(summary));
        } else {
            tell(summary);
            if (summary.matched() == 0
                    && summary.notWaiting().isEmpty()
                    && !order.filter().isEmpty()) {
                tellOfFilter();
            }
        }
        out().flush();
        return summary.refused() + summary.unreadable() == 0
                        && summary.notWaiting().isEmpty()
                ? ExitCode.OK
                : ExitCode.LEFT;
    }

    private void tell(LetterRun.Summary summary) {
        histogram(summary.byReason());
        out().printf("%s %s%s.%n", letters(summary.handled()), summary.dryRun() ? "would be " : "", summary.action());
        if (!summary.notWaiting().isEmpty()) {
            String ids = String.join(",", summary.notWaiting());
            out().printf("%s left: handled before, or not there; see \"dlt list --all --letter %s\".%n", ids, ids);
        }
        if (summary.refused() > 0) {
            out().printf("%,d left: sent back too often before (--max-redrives, --force).%n", summary.refused());
        }
        if (summary.unreadable() > 0) {
            out().printf(
                            "%,d left: nobody can read them; see \"dlt show\", then \"dlt discard\".%n",
                            summary.unreadable());
        }
        if (!summary.complete()) {
            out().println("Stopped before the end; the same command goes on.");
        }
    }

    /** A word that no letter has, such as a misspelt reason, looks like good news. */
    private void tellOfFilter() {
        out().println("No letter satisfies the filter; \"dlt list\" without one shows what waits.");
    }

    private static String letters(long count) {
        return "%,d letter%s".formatted(count, count == 1 ? "" : "s");
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
