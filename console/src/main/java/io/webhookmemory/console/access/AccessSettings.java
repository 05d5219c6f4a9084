package io.webhookmemory.console.access;

import io.webhookmemory.service.config.Secret;
import io.webhookmemory.service.config.SettingsReader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who may use the console, and under which names it is reached.
 *
 * @param header set by a proxy that has authenticated the user; trusted from {@code proxies} only
 * @param proxies addresses whose headers are trusted
 * @param hosts permitted names in the {@code Host} header, in lower case; empty for any
 * @param write whether pages may change anything
 */
public record AccessSettings(
        Optional<Secret> password,
        Optional<Secret> token,
        Optional<String> header,
        List<AddressRange> proxies,
        Set<String> hosts,
        boolean write) {
    private static final int MIN_PASSWORD = 12;
    private static final int MIN_TOKEN = 32;
    private static final List<String> LOOPBACK_NAMES = List.of("localhost", "127.0.0.1", "[::1]");

    public AccessSettings {
        proxies = List.copyOf(proxies);
        hosts = Set.copyOf(hosts);
    }

    /**
     * Reads the settings. A console that other machines can reach must ask for a login.
     *
     * @param host the address that the console is bound to
     */
    public static AccessSettings from(SettingsReader settings, String host) {
        Optional<Secret> password = secret(settings, "CONSOLE_PASSWORD", MIN_PASSWORD);
        Optional<Secret> token = secret(settings, "CONSOLE_TOKEN", MIN_TOKEN);
        Optional<String> header = settings.optional("CONSOLE_AUTH_HEADER");
        List<AddressRange> proxies = proxies(settings);
        if (header.isPresent() && proxies.isEmpty()) {
            settings.problem(
                    "CONSOLE_AUTH_HEADER needs CONSOLE_TRUSTED_PROXIES, the addresses of the proxies that set it");
        }
        boolean loopback = isLoopback(host);
        if (!loopback && password.isEmpty() && token.isEmpty() && header.isEmpty()) {
            settings.problem("CONSOLE_HOST is not a loopback address, so a login is required: set CONSOLE_PASSWORD, "
                    + "CONSOLE_TOKEN, or CONSOLE_AUTH_HEADER with CONSOLE_TRUSTED_PROXIES");
        }
        Set<String> hosts = new TreeSet<>();
        settings.list("CONSOLE_ALLOWED_HOSTS", List.of()).forEach(name -> hosts.add(name.toLowerCase(Locale.ROOT)));
        if (loopback) {
            // A name that an attacker points at 127.0.0.1 makes the operator's browser send requests here.
            hosts.addAll(LOOPBACK_NAMES);
        }
        return new AccessSettings(password, token, header, proxies, hosts, settings.flag("CONSOLE_WRITE", false));
    }

    private static Optional<Secret> secret(SettingsReader settings, String name, int minLength) {
        Optional<Secret> secret = settings.optionalSecret(name);
        if (secret.filter(value -> value.value().length() < minLength).isPresent()) {
            settings.problem(name + " must have at least " + minLength + " characters");
        }
        return secret;
    }

    private static List<AddressRange> proxies(SettingsReader settings) {
        List<AddressRange> ranges = new ArrayList<>();
        for (String text : settings.list("CONSOLE_TRUSTED_PROXIES", List.of())) {
            try {
                ranges.add(AddressRange.parse(text));
            } catch (IllegalArgumentException e) {
                settings.problem("CONSOLE_TRUSTED_PROXIES must list IP addresses or ranges such as 10.0.0.0/8");
            }
        }
        return ranges;
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            // Binding to it fails too; until then it does not count as safe.
            return false;
        }
    }

    /** Whether the console can be used without authentication. */
    boolean isOpen() {
        return password.isEmpty() && token.isEmpty() && header.isEmpty();
    }

    boolean isTrustedProxy(String address) {
        return proxies.stream().anyMatch(range -> range.contains(address));
    }
}
