package io.webhookmemory.subscriptions.channel;

import io.webhookmemory.zoho.api.ZohoFailure;
import java.time.Instant;
import java.util.Optional;

/** The result for one module's channel. */
public sealed interface Outcome {
    String module();

    /** What was done; the command prints the names. */
    enum Action {
        REGISTERED,
        UPDATED,
        RENEWED,
        UNREGISTERED,
        NOT_REGISTERED
    }

    /** @param expiry as reported by Zoho; empty if the channel no longer exists */
    record Done(String module, Action action, Optional<Instant> expiry) implements Outcome {}

    record Refused(String module, ZohoFailure why) implements Outcome {}
}
