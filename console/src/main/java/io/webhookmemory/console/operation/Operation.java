package io.webhookmemory.console.operation;

import io.webhookmemory.admin.transfer.Progress;
import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.service.kafka.KafkaProblem;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Work that an operator asked for, and how far it is. Thread-safe. */
public final class Operation {
    private final String id;
    private final Work work;
    private final String user;
    private final Instant asked;
    private final StopSignal stop = new StopSignal();
    private final AtomicBoolean followed = new AtomicBoolean();
    private volatile State state = State.WAITING;
    private volatile long total;
    private volatile long read;
    private volatile long written;
    private volatile Instant ended;
    private volatile Outcome outcome;
    private volatile String failure;

    /** In order; the last three are final. */
    public enum State {
        WAITING,
        RUNNING,
        DONE,
        STOPPED,
        FAILED
    }

    Operation(String id, Work work, String user, Instant asked) {
        this.id = id;
        this.work = work;
        this.user = user;
        this.asked = asked;
    }

    void run(Clock clock) {
        try {
            if (!stop.isAsked()) {
                state = State.RUNNING;
                outcome = work.run(stop, new Meter());
            }
            // A stop that comes too late has stopped nothing.
            boolean stopped = stop.isAsked() && (outcome == null || !outcome.complete());
            end(clock, stopped ? State.STOPPED : State.DONE);
        } catch (KafkaProblem | IllegalStateException | IllegalArgumentException e) {
            failure = e.getMessage();
            end(clock, State.FAILED);
        } catch (RuntimeException e) {
            failure = e.getClass().getSimpleName() + ": " + e.getMessage();
            end(clock, State.FAILED);
        }
    }

    private void end(Clock clock, State last) {
        ended = clock.instant();
        state = last;
    }

    /** Asks the work to end after the records in progress. */
    void stop() {
        stop.stop();
    }

    /** True once: an announcement is carried out, or a rest continued, only once. */
    boolean follow() {
        return isEnded() && followed.compareAndSet(false, true);
    }

    public boolean isFollowed() {
        return followed.get();
    }

    public boolean isStopping() {
        return stop.isAsked();
    }

    public boolean isEnded() {
        return state.compareTo(State.RUNNING) > 0;
    }

    public String id() {
        return id;
    }

    public Work work() {
        return work;
    }

    public String user() {
        return user;
    }

    public Instant asked() {
        return asked;
    }

    public State state() {
        return state;
    }

    /** Records written so far; in a preview, counted. */
    public long written() {
        return outcome == null ? written : outcome.written();
    }

    /** Records to read; 0 if not known yet. */
    public long total() {
        return total;
    }

    public long read() {
        return Math.min(read, total);
    }

    public int percent() {
        return total == 0 ? 0 : (int) (100 * read() / total);
    }

    public Optional<Instant> ended() {
        return Optional.ofNullable(ended);
    }

    /** Empty until it has ended, and if it failed. */
    public Optional<Outcome> outcome() {
        return Optional.ofNullable(outcome);
    }

    public Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    private final class Meter implements Progress {
        @Override
        public void begin(String task, long records) {
            total = records;
        }

        @Override
        public void at(long done, long sent) {
            read = done;
            written = sent;
        }

        @Override
        public void close() {}
    }
}
