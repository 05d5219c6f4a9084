package io.webhookmemory.zoho.api;

import io.webhookmemory.service.config.Secret;
import java.net.URI;
import java.time.Instant;
import java.util.List;

/**
 * The properties of a channel to create or change.
 *
 * @param channelId digits, 19 at most
 * @param events such as {@code Deals.create}, {@code Deals.edit}, {@code Deals.delete}; 50 at most
 * @param expiry within a week; Zoho turns a later one into one hour
 * @param token repeated in each notification; 50 characters at most
 * @param notifyUrl 255 characters at most
 * @param withValues whether notifications contain the changed fields' values
 */
public record ChannelSpec(
        String channelId, List<String> events, Instant expiry, Secret token, URI notifyUrl, boolean withValues) {

    public ChannelSpec {
        events = List.copyOf(events);
    }
}
