package io.webhookmemory.subscriptions.channel;

import io.webhookmemory.service.config.Hmac;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.topics.digest.Sha256;
import io.webhookmemory.zoho.api.ChannelRow;
import io.webhookmemory.zoho.api.ChannelSpec;
import io.webhookmemory.zoho.crm.ChannelTokens;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The properties of this installation's channels. All of them derive from the configuration, so that nothing about
 * channels is stored. Each module has a channel; its id derives from the address and the module, its token from the
 * secret and the id.
 *
 * @param notifyUrl the address to which Zoho posts
 * @param secrets new tokens derive from the first one
 */
record ChannelPlan(URI notifyUrl, List<Secret> secrets) {
    /** Zoho turns an expiry more than a week ahead by its own clock into one hour; the local clock may be ahead. */
    static final Duration LIFE = Duration.ofDays(7).minusHours(1);

    private static final long BITS_48 = (1L << 48) - 1;

    /** Depends on the address, so that two installations on one organisation do not replace each other's channels. */
    String channelId(String module) {
        byte[] digest = Sha256.of(notifyUrl + "\u0000" + module);
        long number = ByteBuffer.wrap(digest).getLong() & BITS_48;
        return String.valueOf(Math.max(1, number));
    }

    ChannelSpec spec(Watch watch, Instant now) {
        String id = channelId(watch.module());
        Secret token = new Secret(ChannelTokens.of(new Hmac(secrets.get(0)), id));
        return new ChannelSpec(id, watch.events(), now.plus(LIFE), token, notifyUrl, true);
    }

    boolean isOurs(ChannelRow row) {
        return row.channelId().equals(channelId(row.module()));
    }

    /** Whether its notifications have the configured address, and the token of the newest secret. */
    boolean isCurrent(ChannelRow row) {
        String expected = ChannelTokens.of(new Hmac(secrets.get(0)), row.channelId());
        return row.notifyUrl().filter(notifyUrl::equals).isPresent()
                && row.token()
                        .filter(token ->
                                MessageDigest.isEqual(token.bytes(), expected.getBytes(StandardCharsets.UTF_8)))
                        .isPresent();
    }
}
