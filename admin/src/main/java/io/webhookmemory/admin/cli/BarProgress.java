package io.webhookmemory.admin.cli;

import io.webhookmemory.admin.transfer.Progress;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar for a terminal. */
final class BarProgress implements Progress {
    private static final int COLUMNS = 79;

    private ProgressBar bar;

    @Override
    public void begin(String task, long total) {
        bar = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII)
                // With an explicit consumer, the bar does not look for a terminal through JLine, which would reset
                // Ctrl-C to its default action: end the process at once, in the middle of a transaction.
                .setConsumer(new ConsoleProgressBarConsumer(System.err, COLUMNS))
                .showSpeed()
                .build();
    }

    @Override
    public void at(long done, long sent) {
        bar.stepTo(done).setExtraMessage(" " + sent + " taken");
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
