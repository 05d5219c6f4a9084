package io.webhookmemory.zoho.api;

import io.webhookmemory.service.config.Secret;
import java.net.URI;
import java.time.Instant;
import java.util.List;

/**
 * A notification channel as it is to be.
 *
 * @param channelId digits, 19 at most
 * @param events such as {@code Deals.create}, {@code Deals.edit}, {@code Deals.delete}; 50 at most
 * @param expiry within a week; Zoho makes an hour of what is further away
 * @param token comes back in each notification; 50 characters at most
 * @param notifyUrl 255 characters at most
 * @param withValues whether notifications are to hold the changed fields' values
 */
public record ChannelSpec(
        String channelId, List<String> events, Instant expiry, Secret token, URI notifyUrl, boolean withValues) {

    public ChannelSpec {
        events = List.copyOf(events);
    }
}
