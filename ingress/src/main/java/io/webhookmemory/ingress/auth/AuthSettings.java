package io.webhookmemory.ingress.auth;

import io.webhookmemory.service.config.Secret;
import io.webhookmemory.service.config.SettingsReader;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How senders may authenticate. All secrets and tokens are valid at the same time, which allows rotation without downtime.
 *
 * @param secrets for signatures and channel tokens; empty if neither method is accepted
 * @param tokens static tokens; empty if the method is not accepted
 * @param tokenInQuery whether a static token may be in the query string, which proxies log
 */
public record AuthSettings(Set<AuthMethod> methods, List<Secret> secrets, List<Secret> tokens, boolean tokenInQuery) {
    private static final int MIN_LENGTH = 32;
    private static final List<String> DEFAULT = List.of("signature", "channel-token");

    /** Reads the settings; reports missing or invalid ones to the reader as problems. */
    public static AuthSettings from(SettingsReader settings) {
        Set<AuthMethod> methods = EnumSet.noneOf(AuthMethod.class);
        settings.list("WEBHOOK_AUTH", DEFAULT).forEach(word -> add(word, methods, settings));
        boolean statically = methods.contains(AuthMethod.STATIC_TOKEN);
        boolean bySecret = methods.isEmpty() || methods.size() > (statically ? 1 : 0);
        boolean inQuery = settings.flag("WEBHOOK_QUERY_TOKEN", false);
        if (!statically && (inQuery || settings.optional("WEBHOOK_TOKENS").isPresent())) {
            settings.problem("WEBHOOK_TOKENS and WEBHOOK_QUERY_TOKEN need static-token in WEBHOOK_AUTH");
        }
        return new AuthSettings(
                methods,
                bySecret || settings.optional("WEBHOOK_SECRET").isPresent()
                        ? settings.secrets("WEBHOOK_SECRET", MIN_LENGTH)
                        : List.of(),
                statically ? settings.secrets("WEBHOOK_TOKENS", MIN_LENGTH) : List.of(),
                inQuery);
    }

    private static void add(String word, Set<AuthMethod> methods, SettingsReader settings) {
        switch (word.toLowerCase(Locale.ROOT).replace('_', '-')) {
            case "signature" -> methods.add(AuthMethod.SIGNATURE);
            case "channel-token" -> methods.add(AuthMethod.CHANNEL_TOKEN);
            case "static-token" -> methods.add(AuthMethod.STATIC_TOKEN);
            // The name of the default before the setting became a list.
            case "both" -> methods.addAll(Set.of(AuthMethod.SIGNATURE, AuthMethod.CHANNEL_TOKEN));
            default -> settings.problem("WEBHOOK_AUTH must be a list of signature, channel-token, static-token");
        }
    }
}
