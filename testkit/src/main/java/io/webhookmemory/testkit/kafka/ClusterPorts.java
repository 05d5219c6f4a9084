package io.webhookmemory.testkit.kafka;

import io.webhookmemory.testkit.net.FreePort;
import java.util.List;
import java.util.stream.Stream;

/**
 * The ports of a cluster's nodes.
 *
 * @param brokers of node 1, 2 …
 * @param controllers of the nodes that are controllers too: the first ones
 */
public record ClusterPorts(List<Integer> brokers, List<Integer> controllers) {
    /** Free ports. */
    public static ClusterPorts any(int brokers, int controllers) {
        return new ClusterPorts(free(brokers), free(controllers));
    }

    private static List<Integer> free(int count) {
        return Stream.generate(FreePort::any).limit(count).toList();
    }

    public String bootstrapServers() {
        return EmbeddedKafka.bootstrapServers(brokers);
    }
}
