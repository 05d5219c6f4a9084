package io.webhookmemory.testkit.kafka;

import java.util.List;
import java.util.Map;

/**
 * How a broker's listeners are guarded.
 *
 * @param protocol of the listener for clients, which also is its name
 * @param controllerProtocol of the listener between the nodes
 * @param scramUsers users that must be there before the first start, as {@code kafka-storage format --add-scram} takes them
 * @param config further broker options
 */
record ListenerSecurity(
        String protocol, String controllerProtocol, List<String> scramUsers, Map<String, String> config) {
    static final ListenerSecurity NONE = new ListenerSecurity("PLAINTEXT", "PLAINTEXT", List.of(), Map.of());

    String protocolMap() {
        return "CONTROLLER:" + controllerProtocol + "," + protocol + ":" + protocol;
    }
}
