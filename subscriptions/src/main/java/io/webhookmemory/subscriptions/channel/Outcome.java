package io.webhookmemory.subscriptions.channel;

import io.webhookmemory.zoho.api.ZohoFailure;
import java.time.Instant;
import java.util.Optional;

/** What became of one module's channel. */
public sealed interface Outcome {
    String module();

    /** What was done; the names are shown. */
    enum Action {
        REGISTERED,
        UPDATED,
        RENEWED,
        UNREGISTERED,
        NOT_REGISTERED
    }

    /** @param expiry as Zoho says; empty where the channel is no more */
    record Done(String module, Action action, Optional<Instant> expiry) implements Outcome {}

    record Refused(String module, ZohoFailure why) implements Outcome {}
}
