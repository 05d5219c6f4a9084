package io.webhookmemory.sink.memory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** When something goes wrong in a history, and the calls that will take effect although no process waits for them. */
final class Faults {
    private static final int ONE_STEP_IN = 14;
    private static final int MOST = 30;

    private final Random random;
    private final boolean isTraced;
    private final Map<String, Deque<Runnable>> underWay = new HashMap<>();
    private final List<String> trace = new ArrayList<>();
    private int count;

    /** @param isTraced whether to write down what happens: most histories end well */
    Faults(Random random, boolean isTraced) {
        this.random = random;
        this.isTraced = isTraced;
    }

    /** Whether something goes wrong at this step. */
    boolean strike() {
        boolean strikes = count < MOST && random.nextInt(ONE_STEP_IN) == 0;
        count += strikes ? 1 : 0;
        return strikes;
    }

    boolean coin() {
        return random.nextBoolean();
    }

    void underWay(String dataset, Runnable change) {
        underWay.computeIfAbsent(dataset, absent -> new ArrayDeque<>()).addLast(change);
    }

    /** What is under way in the dataset takes effect. */
    void land(String dataset) {
        Deque<Runnable> waiting = underWay.getOrDefault(dataset, new ArrayDeque<>());
        while (!waiting.isEmpty()) {
            waiting.removeFirst().run();
        }
    }

    void landAll() {
        List.copyOf(underWay.keySet()).forEach(this::land);
    }

    void trace(Supplier<String> line) {
        if (isTraced) {
            trace.add(line.get());
        }
    }

    List<String> trace() {
        return trace;
    }
}
