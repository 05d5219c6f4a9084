package io.webhookmemory.sink.memory;

import io.webhookmemory.cognee.Datasets;
import io.webhookmemory.cognee.Memory;
import io.webhookmemory.sink.consume.Lease;
import io.webhookmemory.sink.consume.LeaseLostException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A memory-sink process that is killed or frozen at any step. When it is frozen, another takes over and plays on; then this one
 * thaws and continues where it was, until its lease tells it.
 */
final class FaultyProcess implements Lease {
    private final int number;
    private final Topic topic;
    private final Faults faults;
    private final RecordSync sync;
    private boolean replaced;

    /** Kafka, and the group that the process is a member of. */
    interface Topic {
        /** The directory topic's records, oldest first. */
        List<ProducerRecord<String, byte[]>> directory();

        void write(List<ProducerRecord<String, byte[]>> records);

        /** The process is frozen: another takes its partition over and plays on for some time. */
        void takeOver(FaultyProcess frozen);
    }

    /** The process is gone, whatever it was doing. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    FaultyProcess(
            int number,
            Topic topic,
            Memory real,
            Faults faults,
            FaultyMemory.Ledger ledger,
            Datasets datasets,
            Set<String> refreshed) {
        this.number = number;
        this.topic = topic;
        this.faults = faults;
        RecordDirectory directory = new RecordDirectory();
        topic.directory()
                .forEach(record -> directory.put(record.key(), DirectoryRecords.read(Directories.read(record))));
        sync = new RecordSync(
                new FaultyMemory(this, real, faults, ledger),
                directory,
                new RecordSync.Settings(datasets, "sink-" + number, refreshed, Duration.ofSeconds(1)),
                Clock.systemUTC());
    }

    RecordSync sync() {
        return sync;
    }

    /** Whether another process has its partition. */
    boolean isReplaced() {
        return replaced;
    }

    void freezeNowAndThen(String what) {
        if (!replaced && faults.strike()) {
            faults.trace(() -> this + " is frozen, " + what);
            replaced = true;
            topic.takeOver(this);
            faults.trace(() -> this + " thaws, " + what);
        }
    }

    /** One that was frozen and dies before it has reported is the window that remains: not played here. */
    void dieNowAndThen() {
        if (!replaced && faults.coin()) {
            faults.trace(() -> this + " is killed");
            throw new Killed();
        }
    }

    @Override
    public void require(Duration callTimeout) {
        freezeNowAndThen("before it checks its lease");
        if (replaced) {
            throw new LeaseLostException("replaced");
        }
    }

    @Override
    public void write(List<ProducerRecord<String, byte[]>> records) {
        if (faults.strike()) {
            dieNowAndThen();
        }
        freezeNowAndThen("before it writes to Kafka");
        if (replaced) {
            throw new LeaseLostException("fenced");
        }
        topic.write(records);
        if (faults.strike()) {
            dieNowAndThen();
        }
    }

    @Override
    public String toString() {
        return "sink-" + number;
    }
}
