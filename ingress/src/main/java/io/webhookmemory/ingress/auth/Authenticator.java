package io.webhookmemory.ingress.auth;

import io.webhookmemory.ingress.auth.Verdict.Denied;
import io.webhookmemory.ingress.auth.Verdict.Reason;
import io.webhookmemory.ingress.auth.Verdict.Verified;
import io.webhookmemory.service.config.Hmac;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.Sender;
import io.webhookmemory.zoho.crm.ChannelTokens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.Function;

/**
 * Decides whether raw bytes come from somebody who knows a secret: by a signature over them, or, for Zoho's channel
 * notifications, by the token the channel was registered with. Every secret is always compared, each in constant time.
 * Thread-safe.
 */
public final class Authenticator {
    private final AuthMode mode;
    private final List<Hmac> keys;

    public Authenticator(AuthMode mode, List<Secret> secrets) {
        this.mode = mode;
        this.keys = secrets.stream().map(Hmac::new).toList();
    }

    /** @param signature the {@code X-Zoho-Signature} header; null where there is none */
    public Verdict authenticate(String signature, byte[] body) {
        boolean signed = signature != null && !signature.isBlank();
        if (mode == AuthMode.SIGNATURE || (mode == AuthMode.BOTH && signed)) {
            return signed ? bySignature(signature, body) : new Denied(Reason.MISSING);
        }
        return byToken(body);
    }

    private Verdict bySignature(String header, byte[] body) {
        List<byte[]> given = Signatures.of(header);
        return given.isEmpty()
                ? new Denied(Reason.MALFORMED)
                : match(given, key -> key.of(body), Sender.of(EventSource.SIGNED));
    }

    private Verdict byToken(byte[] body) {
        ChannelToken proof;
        try {
            proof = ChannelToken.read(body);
        } catch (IOException e) {
            return new Denied(Reason.MALFORMED);
        }
        if (proof.channelId() == null || proof.token() == null) {
            return new Denied(Reason.MISSING);
        }
        byte[] given = proof.token().getBytes(StandardCharsets.UTF_8);
        return match(
                List.of(given),
                key -> ChannelTokens.of(key, proof.channelId()).getBytes(StandardCharsets.UTF_8),
                new Sender(EventSource.CHANNEL, proof.channelId()));
    }

    private Verdict match(List<byte[]> given, Function<Hmac, byte[]> expected, Sender sender) {
        int matched = -1;
        for (int i = 0; i < keys.size(); i++) {
            byte[] right = expected.apply(keys.get(i));
            for (byte[] candidate : given) {
                if (MessageDigest.isEqual(candidate, right)) {
                    matched = i;
                }
            }
        }
        return matched >= 0 ? new Verified(sender, matched) : new Denied(Reason.MISMATCH);
    }
}
