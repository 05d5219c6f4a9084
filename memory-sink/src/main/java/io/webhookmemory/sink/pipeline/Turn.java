package io.webhookmemory.sink.pipeline;

import io.webhookmemory.sink.failure.Decision;
import io.webhookmemory.sink.failure.FailedAttempt;
import io.webhookmemory.sink.memory.Change;
import io.webhookmemory.sink.memory.Outcome;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The processing of one event, from its start to its end. Used by one thread at a time. */
final class Turn {
    private final EventJob job;
    private Change change;
    private End end;

    Turn(EventJob job) {
        this.job = job;
    }

    /** How a turn ends. */
    sealed interface End {
        /** Calls the method for the case. */
        void settle(Cases cases);

        /** Whether the event is finished once the records of the end are written. */
        boolean isFinal();

        /** A function for each case. */
        interface Cases {
            void applied(Applied end);

            void failed(Failed end);

            void queuedAgain();

            void leaseLost(LeaseLost end);
        }

        /** The event is finished once its follow-up writes are made. */
        record Applied(Outcome.Done outcome, List<ProducerRecord<String, byte[]>> followUps) implements End {
            @Override
            public void settle(Cases cases) {
                cases.applied(this);
            }

            @Override
            public boolean isFinal() {
                return true;
            }
        }

        /**
         * The attempt failed.
         *
         * @param followUps of what was done before it failed
         */
        record Failed(FailedAttempt attempt, List<ProducerRecord<String, byte[]>> followUps, Decision decision)
                implements End {
            @Override
            public void settle(Cases cases) {
                cases.failed(this);
            }

            @Override
            public boolean isFinal() {
                return decision.isWritten();
            }
        }

        /** Another job continues this one, under other keys. */
        record QueuedAgain() implements End {
            @Override
            public void settle(Cases cases) {
                cases.queuedAgain();
            }

            @Override
            public boolean isFinal() {
                return false;
            }
        }

        /** Another member may have taken over; it reads the event again. */
        record LeaseLost(List<ProducerRecord<String, byte[]>> verifications) implements End {
            @Override
            public void settle(Cases cases) {
                cases.leaseLost(this);
            }

            @Override
            public boolean isFinal() {
                return false;
            }
        }
    }

    EventJob job() {
        return job;
    }

    void plan(Change planned) {
        change = planned;
    }

    /** @throws NullPointerException before {@link #plan(Change)} */
    Change change() {
        return Objects.requireNonNull(change);
    }

    /** Empty if the turn ended before there was a plan. */
    Optional<Change> plan() {
        return Optional.ofNullable(change);
    }

    void end(End how) {
        end = how;
    }

    boolean hasEnded() {
        return end != null;
    }

    /** @throws NullPointerException before {@link #end} */
    End ended() {
        return Objects.requireNonNull(end);
    }
}
