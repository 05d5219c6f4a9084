package io.webhookmemory.zoho.api;

import java.time.Instant;
import java.util.Optional;

/** The result for one channel of a call. */
public sealed interface ChannelResult {
    String channelId();

    /** @param expiry as set by Zoho, which may differ from the request; empty if the response has none */
    record Done(String channelId, Optional<Instant> expiry) implements ChannelResult {}

    record Failed(String channelId, ZohoFailure failure) implements ChannelResult {}
}
