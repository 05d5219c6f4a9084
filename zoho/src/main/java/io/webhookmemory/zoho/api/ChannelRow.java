package io.webhookmemory.zoho.api;

import io.webhookmemory.service.config.Secret;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What an existing channel watches of one module.
 *
 * @param events such as {@code Deals.edit}
 * @param token empty if the channel was created without one
 */
public record ChannelRow(
        String channelId,
        String module,
        List<String> events,
        Optional<Instant> expiry,
        Optional<URI> notifyUrl,
        Optional<Secret> token) {

    public ChannelRow {
        events = List.copyOf(events);
    }
}
