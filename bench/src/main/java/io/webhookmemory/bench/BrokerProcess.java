package io.webhookmemory.bench;

import io.webhookmemory.testkit.kafka.EmbeddedKafka;
import java.nio.file.Path;

/** A broker in a process of its own. Arguments: its directory and its port. */
final class BrokerProcess {
    private BrokerProcess() {}

    public static void main(String[] args) throws InterruptedException {
        EmbeddedKafka.start(Path.of(args[0]), Integer.parseInt(args[1]));
        System.out.println("ready");
        Thread.currentThread().join();
    }
}
