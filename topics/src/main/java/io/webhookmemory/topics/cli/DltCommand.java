package io.webhookmemory.topics.cli;

import io.webhookmemory.topics.TopicsCommand;
import io.webhookmemory.topics.deadletter.DeadLetter;
import io.webhookmemory.topics.deadletter.DeadLetterTopic;
import io.webhookmemory.topics.deadletter.LetterFilter;
import io.webhookmemory.topics.deadletter.LetterRun;
import io.webhookmemory.topics.deadletter.Mark;
import io.webhookmemory.topics.transfer.Progress;
import java.io.PrintWriter;
import java.time.Clock;
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
@Command(
        name = "dlt",
        mixinStandardHelpOptions = true,
        description = "Lists, shows, sends back and puts away dead letters.")
public final class DltCommand implements Runnable {
    private static final int DEFAULT_LINES = 100;

    @ParentCommand
    private TopicsCommand parent;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "say which: list, show, redrive or discard");
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Lists the letters that wait, and counts their reasons; --all lists the handled ones too.")
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
        LetterFilter filter = letters.filter();
        Map<String, Long> reasons = new TreeMap<>();
        long[] shown = new long[1];
        try (DeadLetterTopic topic = new DeadLetterTopic(session().kafka())) {
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
        if (!output.isJson()) {
            out().printf("%n%s%s%n", letters(shown[0]), shown[0] > max ? ", " + max + " of them listed" : "");
            histogram(reasons);
        }
        out().flush();
        return ExitCode.OK;
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Shows letters in full, headers and value; these are personal data.")
    int show(
            @Parameters(arity = "1..*", paramLabel = "<partition:offset>") Set<String> ids,
            @Mixin OutputOption output) {
        long[] found = new long[1];
        try (DeadLetterTopic topic = new DeadLetterTopic(session().kafka())) {
            Map<String, Mark> marks = topic.marks();
            topic.letters(Optional.empty(), letter -> {
                if (ids.contains(letter.id())) {
                    found[0]++;
                    print(letter, Optional.ofNullable(marks.get(letter.id())), output);
                }
            });
        }
        if (found[0] < ids.size()) {
            err().printf("%d of the %d named not there%n", ids.size() - found[0], ids.size());
        }
        return found[0] == ids.size() ? ExitCode.OK : ExitCode.LEFT;
    }

    private void print(DeadLetter letter, Optional<Mark> mark, OutputOption output) {
        LetterView.Full full = LetterView.full(letter, mark);
        out().println(output.isJson() ? OutputOption.json(full) : LetterView.text(full));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Sends letters back into the pipeline, each once. May be cut off and run again at any time.")
    int redrive(
            @Mixin LetterOptions letters,
            @Mixin TransferOptions transfer,
            @Mixin OutputOption output,
            @Option(
                            names = "--max-redrives",
                            description = "Letters sent back so often before are left (default: ${DEFAULT-VALUE}).",
                            defaultValue = "3")
                    int maxRedrives,
            @Option(names = "--force", description = "Send back even those.") boolean force) {
        int guard = force ? -1 : Math.max(0, maxRedrives);
        return handle(
                new LetterRun.Order(Mark.REDRIVEN, letters.filter(), guard, transfer.isDryRun()), transfer, output);
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Marks letters as done with: they are listed and sent back no more.")
    int discard(
            @Mixin LetterOptions letters,
            @Mixin TransferOptions transfer,
            @Mixin OutputOption output,
            @Option(names = "--all", description = "Needed where no filter is given.") boolean all) {
        LetterFilter filter = letters.filter();
        if (filter.isEmpty() && !all && !transfer.isDryRun()) {
            throw new CommandLine.ParameterException(
                    spec.subcommands().get("discard"), "this would discard every letter; give a filter, or --all");
        }
        return handle(new LetterRun.Order(Mark.DISCARDED, filter, -1, transfer.isDryRun()), transfer, output);
    }

    private int handle(LetterRun.Order order, TransferOptions transfer, OutputOption output) {
        LetterRun.Summary summary;
        Session session = session();
        try (Progress progress = TransferOptions.progress(err())) {
            summary = LetterRun.run(session.kafka(), order, transfer.options(session, progress), Clock.systemUTC());
        }
        if (output.isJson()) {
            out().println(OutputOption.json(summary));
        } else {
            tell(summary);
        }
        return summary.refused() + summary.unreadable() + summary.notWaiting() == 0 ? ExitCode.OK : ExitCode.LEFT;
    }

    private void tell(LetterRun.Summary summary) {
        histogram(summary.byReason());
        out().printf("%s %s%s.%n", letters(summary.handled()), summary.dryRun() ? "would be " : "", summary.action());
        if (summary.notWaiting() > 0) {
            out().printf("%,d of those named by --letter not: handled before, or not there.%n", summary.notWaiting());
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
        out().flush();
    }

    private static String letters(long count) {
        return "%,d letter%s".formatted(count, count == 1 ? "" : "s");
    }

    private void histogram(Map<String, Long> reasons) {
        reasons.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(reason -> out().printf("%,10d  %s%n", reason.getValue(), reason.getKey()));
    }

    private Session session() {
        return parent.session().reachable();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
