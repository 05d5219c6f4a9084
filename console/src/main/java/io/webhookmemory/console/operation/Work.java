package io.webhookmemory.console.operation;

import io.webhookmemory.admin.transfer.Progress;
import io.webhookmemory.admin.transfer.StopSignal;
import java.util.Optional;

/** Something that changes many records: first as a preview, which counts and writes nothing, then for real. */
public interface Work {
    /** Work of one kind runs one after the other; previews do not wait. */
    enum Kind {
        DEAD_LETTERS("dead-letters", "dead letter"),
        REPLAY("replay", "event");

        private final String section;
        private final String noun;

        Kind(String section, String noun) {
            this.section = section;
            this.noun = noun;
        }

        /** One of what is changed. */
        public String noun() {
            return noun;
        }

        /** The section of the navigation that it belongs to. */
        public String section() {
            return section;
        }
    }

    Kind kind();

    /** {@code redrive}, {@code discard} or {@code replay}. */
    String action();

    /** What is selected and within which limits, in one line: for the page and for the audit log. */
    String selection();

    boolean isPreview();

    /** @throws RuntimeException worded for the operator if Kafka or the library refuses */
    Outcome run(StopSignal stop, Progress progress);

    /** What a preview announced; empty if there is nothing to do. */
    Optional<Work> announced(Outcome preview);

    /** The rest of work that was stopped; empty if it cannot be continued. */
    Optional<Work> rest(Outcome stopped);
}
