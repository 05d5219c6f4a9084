package io.webhookmemory.e2e.faults;

import java.util.Set;

/**
 * Something that goes wrong for a while.
 *
 * @param parts what it touches: two faults of the same part do not happen at once
 * @param begin may last
 * @param end repairs it, without waiting for the effect
 */
record Fault(String name, Set<String> parts, Runnable begin, Runnable end) {
    Fault(String name, String part, Runnable begin, Runnable end) {
        this(name, Set.of(part), begin, end);
    }
}
