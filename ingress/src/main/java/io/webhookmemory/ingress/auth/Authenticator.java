package io.webhookmemory.ingress.auth;

import io.webhookmemory.ingress.auth.Verdict.Denied;
import io.webhookmemory.ingress.auth.Verdict.Reason;
import io.webhookmemory.ingress.auth.Verdict.Verified;
import io.webhookmemory.service.config.Hmac;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.Sender;
import io.webhookmemory.zoho.crm.ChannelTokens;
import io.webhookmemory.zoho.webhook.TokenParameter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Authenticates the sender of a raw body. Signed webhooks carry a signature over the body, Zoho's channel notifications the
 * token that the channel was registered with, and senders that cannot sign a static token. The first credential present
 * decides. Every secret is compared, each in constant time. Thread-safe.
 */
public final class Authenticator {
    private final AuthSettings settings;
    private final List<Hmac> keys;
    private final List<byte[]> tokens;

    public Authenticator(AuthSettings settings) {
        this.settings = settings;
        this.keys = settings.secrets().stream().map(Hmac::new).toList();
        this.tokens = settings.tokens().stream().map(Secret::bytes).toList();
    }

    public Verdict authenticate(Presented request, byte[] body) {
        if (accepts(AuthMethod.SIGNATURE) && isPresent(request.signature())) {
            return bySignature(request.signature(), body);
        }
        Optional<byte[]> token = accepts(AuthMethod.STATIC_TOKEN) ? tokenOutsideBody(request) : Optional.empty();
        return token.isPresent() ? byStaticToken(token.get()) : byBody(body, request.contentType());
    }

    private boolean accepts(AuthMethod method) {
        return settings.methods().contains(method);
    }

    private static boolean isPresent(String header) {
        return header != null && !header.isBlank();
    }

    private Verdict bySignature(String header, byte[] body) {
        List<byte[]> given = Signatures.of(header);
        return given.isEmpty()
                ? new Denied(Reason.MALFORMED)
                : match(keys, given, key -> key.of(body), Sender.of(EventSource.SIGNED));
    }

    /** The token in the header, or in the query string if that is enabled. */
    private Optional<byte[]> tokenOutsideBody(Presented request) {
        if (isPresent(request.token())) {
            return Optional.of(request.token().strip().getBytes(StandardCharsets.UTF_8));
        }
        return settings.tokenInQuery() ? TokenParameter.inQuery(request.query()) : Optional.empty();
    }

    private Verdict byStaticToken(byte[] given) {
        return match(tokens, List.of(given), token -> token, Sender.of(EventSource.TOKEN));
    }

    private Verdict byBody(byte[] body, String contentType) {
        if (accepts(AuthMethod.STATIC_TOKEN)) {
            TokenParameter.Found found = TokenParameter.inForm(body, contentType);
            if (found instanceof TokenParameter.Found.Malformed) {
                return new Denied(Reason.MALFORMED);
            }
            if (found instanceof TokenParameter.Found.InForm form) {
                return form.token().map(this::byStaticToken).orElseGet(() -> new Denied(Reason.MISSING));
            }
        } else if (!accepts(AuthMethod.CHANNEL_TOKEN)) {
            return new Denied(Reason.MISSING);
        }
        return byJson(body);
    }

    private Verdict byJson(byte[] body) {
        BodyToken proof;
        try {
            proof = BodyToken.read(body);
        } catch (IOException e) {
            return new Denied(Reason.MALFORMED);
        }
        boolean fromChannel = proof.channelId() != null;
        if (proof.token() == null || !accepts(fromChannel ? AuthMethod.CHANNEL_TOKEN : AuthMethod.STATIC_TOKEN)) {
            return new Denied(Reason.MISSING);
        }
        byte[] given = proof.token().getBytes(StandardCharsets.UTF_8);
        return fromChannel
                ? match(
                        keys,
                        List.of(given),
                        key -> ChannelTokens.of(key, proof.channelId()).getBytes(StandardCharsets.UTF_8),
                        new Sender(EventSource.CHANNEL, proof.channelId()))
                : byStaticToken(given);
    }

    private static <K> Verdict match(List<K> keys, List<byte[]> given, Function<K, byte[]> expected, Sender sender) {
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
