package io.webhookmemory.ingress.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a body costs before its sender is known. */
class BodyTokenTest {
    private static final int NAMES = 70_000;
    private static final int ROUNDS = 15;
    /** Half of the names of a 1 MiB body; most of the difference is the machine's noise, so the bound is wide. */
    private static final int FACTOR = 4;

    @Test
    void distinct_names_cost_no_more_than_the_same_name_many_times() throws IOException {
        assertThat(cpuNanos(body(i -> "n%08x".formatted(i)))).isLessThan(FACTOR * cpuNanos(body(i -> "n00000000")));
    }

    @Test
    void names_of_one_hash_cost_no_more_than_the_same_name_many_times() throws IOException {
        // "Aa" and "BB" have one hash, and so has every sequence of as many of them.
        IntFunction<String> colliding = i -> IntStream.range(0, 17)
                .mapToObj(bit -> (i >> bit & 1) == 0 ? "Aa" : "BB")
                .collect(Collectors.joining());

        assertThat(cpuNanos(body(colliding))).isLessThan(FACTOR * cpuNanos(body(i -> "Aa".repeat(17))));
    }

    private static byte[] body(IntFunction<String> name) {
        return IntStream.range(0, NAMES)
                .mapToObj(i -> "\"" + name.apply(i) + "\":0")
                .collect(Collectors.joining(",", "{", "}"))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Processor time of the cheapest of several rounds. */
    private static long cpuNanos(byte[] body) throws IOException {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            BodyToken.read(body);
            least = Math.min(least, ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin);
        }
        return least;
    }
}
