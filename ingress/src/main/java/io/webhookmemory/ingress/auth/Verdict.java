package io.webhookmemory.ingress.auth;

import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.Sender;

/** The result of authenticating a webhook. */
public sealed interface Verdict {

    /** @param key the index of the configured secret or token that matched, from 0 */
    record Verified(Sender sender, int key) implements Verdict {
        public EventSource source() {
            return sender.source();
        }
    }

    /** The response does not contain the reason; the metric does. */
    record Denied(Reason reason) implements Verdict {}

    /** Why the authentication failed; the names are metric tags. */
    enum Reason {
        MISSING,
        MALFORMED,
        MISMATCH
    }
}
