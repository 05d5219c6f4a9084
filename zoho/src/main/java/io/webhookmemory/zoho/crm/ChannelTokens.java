package io.webhookmemory.zoho.crm;

import io.webhookmemory.service.config.Hmac;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The token that a notification channel is registered with, and that Zoho repeats in each notification. It derives from
 * a secret and the channel id, so that nothing about channels has to be stored.
 */
public final class ChannelTokens {
    private ChannelTokens() {}

    /** 43 characters, within Zoho's limit of 50. */
    public static String of(Hmac secret, String channelId) {
        byte[] mac = secret.of(("channel:" + channelId).getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(mac);
    }
}
