package io.webhookmemory.console.operation;

import io.webhookmemory.admin.transfer.Pace;
import io.webhookmemory.admin.transfer.Progress;
import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.admin.transfer.Transfer;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;

/**
 * The limits of an operation.
 *
 * @param max maximum number of records to write
 * @param rate records per second; 0 for no limit
 */
public record Limits(long max, long rate) {

    /** The limits in words. */
    public String text() {
        return "at most " + max + (rate == 0 ? "" : ", " + rate + " per second");
    }

    /** Options of the library for these limits; a preview need not be slow. */
    public Transfer.Options options(KafkaSettings kafka, boolean preview, StopSignal stop, Progress progress) {
        return new Transfer.Options(
                max,
                new Pace(preview ? 0 : rate, System::nanoTime),
                stop,
                progress,
                () -> KafkaProblem.requireReachable(kafka));
    }
}
