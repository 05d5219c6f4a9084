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

/** Options of every command that transfers records. */
final class TransferOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--dry-run", description = "Count only; write nothing.")
    private boolean dryRun;

    @Option(names = "--max", description = "Maximum number of records to write.", paramLabel = "<count>")
    private long max = Long.MAX_VALUE;

    @Option(
            names = "--rate",
            description = "Maximum records per second; 0 for no limit (default: 0).",
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

    /**
     * The options to repeat when a run that has written this many records continues: the rate, and a maximum not yet
     * reached.
     */
    String again(long sent) {
        return (max != Long.MAX_VALUE && sent < max ? " --max " + max : "")
                + (rate > 0
                        ? " --rate "
                                + BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString()
                        : "");
    }

    /** A bar on a terminal, lines otherwise; both on standard error. */
    static Progress progress(PrintWriter err) {
        return CommandLine.Help.Ansi.AUTO.enabled() ? new BarProgress() : new LineProgress(err, System::nanoTime);
    }
}
