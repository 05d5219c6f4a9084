package io.webhookmemory.testkit.zoho;

import io.webhookmemory.testkit.zoho.ZohoDouble.Channel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The notification channels. A channel that expires ends silently. Thread-safe. */
final class Channels {
    static final Set<String> OPERATIONS = Set.of("create", "edit", "delete");
    static final Set<String> WATCHABLE = Modules.watchable();

    private static final Duration DEFAULT_LIFE = Duration.ofHours(1);
    private static final Duration GREATEST_LIFE = Duration.ofDays(7);

    private final Clock clock;
    private final Map<String, Channel> channels = new LinkedHashMap<>();

    Channels(Clock clock) {
        this.clock = clock;
    }

    /** The expiry that Zoho sets: one too far in the future is not refused but becomes one hour. */
    Instant expiry(Optional<Instant> wanted) {
        Instant now = Times.seconds(clock.instant());
        return wanted.filter(time -> !time.isAfter(now.plus(GREATEST_LIFE))).orElse(now.plus(DEFAULT_LIFE));
    }

    synchronized void put(Channel channel) {
        channels.put(channel.channelId(), channel);
    }

    /** @return false if there is no such channel */
    synchronized boolean remove(String channelId) {
        dropExpired();
        return channels.remove(channelId) != null;
    }

    synchronized Optional<Channel> live(String channelId) {
        dropExpired();
        return Optional.ofNullable(channels.get(channelId));
    }

    synchronized List<Channel> live() {
        dropExpired();
        return List.copyOf(channels.values());
    }

    private void dropExpired() {
        Instant now = clock.instant();
        channels.values().removeIf(channel -> !now.isBefore(channel.expiry()));
    }
}
