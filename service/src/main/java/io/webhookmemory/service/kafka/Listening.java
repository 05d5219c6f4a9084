package io.webhookmemory.service.kafka;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import org.apache.kafka.common.utils.Utils;

/** Checks whether anything accepts connections at an address, whatever its protocol. */
final class Listening {
    private static final int TIMEOUT_MILLIS = 1_000;

    private Listening() {}

    /** @param servers host:port pairs, comma-separated */
    static boolean any(String servers) {
        return Arrays.stream(servers.split(",")).map(String::strip).anyMatch(Listening::at);
    }

    private static boolean at(String server) {
        String host = Utils.getHost(server);
        Integer port = Utils.getPort(server);
        if (host == null || port == null) {
            return false;
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
