package io.webhookmemory.admin.cli;

import io.webhookmemory.admin.transfer.Pace;
import io.webhookmemory.admin.transfer.Progress;
import io.webhookmemory.admin.transfer.Transfer;
import io.webhookmemory.service.kafka.KafkaProblem;
import java.io.PrintWriter;
import java.math.BigDecimal;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How a run goes, whatever it carries. */
final class TransferOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--dry-run", description = "Count what would be done, and write nothing.")
    private boolean dryRun;

    @Option(names = "--max", description = "Stop after so many.", paramLabel = "<count>")
    private long max = Long.MAX_VALUE;

    @Option(
            names = "--rate",
            description = "So many a second at most; 0 for as fast as it goes (default: 0).",
            paramLabel = "<per second>")
    private double rate;

    boolean isDryRun() {
        return dryRun;
    }

    Transfer.Options options(Session session, Progress progress) {
        if (max < 1) {
            throw new CommandLine.ParameterException(command.commandLine(), "--max must be 1 or more");
        }
        if (!(rate >= 0 && Double.isFinite(rate))) {
            throw new CommandLine.ParameterException(command.commandLine(), "--rate must be 0 or more");
        }
        double pace = dryRun ? 0 : rate;
        return new Transfer.Options(
                max,
                new Pace(pace, System::nanoTime),
                session.stop(),
                progress,
                () -> KafkaProblem.requireReachable(session.kafka()));
    }

    /** What must be said again when a run goes on that has written so many: a rate, and a maximum that is not reached. */
    String again(long sent) {
        return (max != Long.MAX_VALUE && sent < max ? " --max " + max : "")
                + (rate > 0
                        ? " --rate "
                                + BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString()
                        : "");
    }

    /** A bar where somebody watches, lines where a log does; both on standard error. */
    static Progress progress(PrintWriter err) {
        return CommandLine.Help.Ansi.AUTO.enabled() ? new BarProgress() : new LineProgress(err, System::nanoTime);
    }
}
