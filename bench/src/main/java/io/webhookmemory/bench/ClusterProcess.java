package io.webhookmemory.bench;

import io.webhookmemory.testkit.kafka.EmbeddedKafka;
import java.util.Map;

/** Several brokers in a process of their own. Argument: their number. Prints the addresses when they are ready. */
final class ClusterProcess {
    private ClusterProcess() {}

    public static void main(String[] args) throws InterruptedException {
        EmbeddedKafka kafka = EmbeddedKafka.start(Integer.parseInt(args[0]), Map.of());
        Runtime.getRuntime().addShutdownHook(new Thread(kafka::close));
        System.out.println(kafka.bootstrapServers());
        Thread.currentThread().join();
    }
}
