package io.webhookmemory.ingress.auth;

import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.Sender;

/** Whether a webhook comes from somebody who knows the secret. */
public sealed interface Verdict {

    /** @param key which of the configured secrets it was, from 0 */
    record Verified(Sender sender, int key) implements Verdict {
        public EventSource source() {
            return sender.source();
        }
    }

    /** The sender is told nothing about the reason; the metric is. */
    record Denied(Reason reason) implements Verdict {}

    /** Why a proof was not taken; the names are metric tags. */
    enum Reason {
        MISSING,
        MALFORMED,
        MISMATCH
    }
}
