package io.webhookmemory.console.access;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * A range of IP addresses in CIDR notation, or a single address.
 *
 * @param prefixBits how many leading bits of the network an address must share
 */
record AddressRange(InetAddress network, int prefixBits) {
    /** Digits and separators only: a host name would be looked up in DNS. */
    private static final Pattern LITERAL = Pattern.compile("[0-9a-fA-F:.]+");

    /** @throws IllegalArgumentException if the text is not an address or a range */
    static AddressRange parse(String text) {
        String[] parts = text.split("/", -1);
        InetAddress network = literal(parts[0]);
        int longest = network.getAddress().length * 8;
        int bits = parts.length == 1 ? longest : Integer.parseInt(parts[1]);
        if (parts.length > 2 || bits < 0 || bits > longest) {
            throw new IllegalArgumentException("not a range of addresses");
        }
        return new AddressRange(network, bits);
    }

    private static InetAddress literal(String text) {
        try {
            if (LITERAL.matcher(text).matches()) {
                return InetAddress.getByName(text);
            }
        } catch (UnknownHostException e) {
            // Reported below.
        }
        throw new IllegalArgumentException("not an address");
    }

    /** @param address as the socket gives it, perhaps in brackets or with a zone */
    boolean contains(String address) {
        byte[] wanted;
        try {
            wanted = literal(address.replaceAll("^\\[|]$|%.*", "")).getAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
        byte[] own = network.getAddress();
        if (wanted.length != own.length) {
            return false;
        }
        for (int bit = 0; bit < prefixBits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((own[bit / 8] & mask) != (wanted[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
