package io.webhookmemory.zoho.api;

import java.time.Instant;
import java.util.Optional;

/** What became of one channel of a call. */
public sealed interface ChannelResult {
    String channelId();

    /** @param expiry as Zoho set it, which may be other than asked for; empty where it did not say */
    record Done(String channelId, Optional<Instant> expiry) implements ChannelResult {}

    record Failed(String channelId, ZohoFailure failure) implements ChannelResult {}
}
