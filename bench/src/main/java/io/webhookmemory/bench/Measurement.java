package io.webhookmemory.bench;

import java.util.concurrent.Callable;

/**
 * One subcommand of {@link Bench}: prints what it was measured on, measures and prints Markdown tables. To add a
 * scenario: extend this in a class with {@code @Command(name, description)} and {@code @Option}s of its own, and name it
 * among the subcommands of {@link Bench}.
 */
abstract class Measurement implements Callable<Integer> {

    @Override
    public final Integer call() throws Exception {
        System.out.printf("Measured on %s; %s.%n", Machine.describe(), processes());
        measure();
        return 0;
    }

    /** Which part runs in which process. */
    String processes() {
        return "broker, Redis, services and load generator in one JVM with %d MiB of heap"
                .formatted(Runtime.getRuntime().maxMemory() >> 20);
    }

    /** Measures and prints, by {@link #print}. A baseline is taken in the same run. */
    abstract void measure() throws Exception;

    /** @param title what the table shows, without punctuation at its end */
    static void print(String title, MarkdownTable table) {
        System.out.printf("%n%s:%n%n%s%n", title, table);
    }
}
