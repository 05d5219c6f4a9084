package io.webhookmemory.testkit.kafka;

import java.util.List;
import java.util.Map;

/**
 * The security of a broker's listeners.
 *
 * @param protocol of the listener for clients; also its name
 * @param controllerProtocol of the listener between the nodes
 * @param scramUsers users that must exist before the first start, in the format of {@code kafka-storage format
 *     --add-scram}
 * @param config further broker options
 */
record ListenerSecurity(
        String protocol, String controllerProtocol, List<String> scramUsers, Map<String, String> config) {
    static final ListenerSecurity NONE = new ListenerSecurity("PLAINTEXT", "PLAINTEXT", List.of(), Map.of());

    String protocolMap() {
        return "CONTROLLER:" + controllerProtocol + "," + protocol + ":" + protocol;
    }
}
