package io.webhookmemory.sink.consume;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Keys whose jobs did not get through when they were last tried, such as datasets that another process has locked. Each is left
 * alone until its pause ends, and stays marked as slow until it is resumed. Bounded; not thread-safe. Times are those of
 * {@link System#nanoTime()}.
 */
final class PausedKeys {
    // A plain map rather than a cache: what is forgotten must be the eldest, at once, and it is used under a lock
    // anyway.
    private static final int MAX_KEYS = 10_000;

    /** When each key's pause ends. */
    private final Map<String, Long> ends = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_KEYS;
        }
    };

    void pause(String key, long end) {
        Long before = ends.remove(key);
        ends.put(key, before != null && before - end > 0 ? before : end);
    }

    /** @return whether it was marked */
    boolean resume(String key) {
        return ends.remove(key) != null;
    }

    boolean isPaused(Collection<String> keys, long now) {
        return keys.stream().map(ends::get).anyMatch(end -> end != null && end - now > 0);
    }

    /** Whether one of the keys has not been resumed, be its pause over or not. */
    boolean isSlow(Set<String> keys) {
        return keys.stream().anyMatch(ends::containsKey);
    }
}
