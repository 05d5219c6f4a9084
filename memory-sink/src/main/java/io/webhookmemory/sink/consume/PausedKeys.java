package io.webhookmemory.sink.consume;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Keys whose jobs did not succeed at the last attempt, for example datasets that another process has locked. No job of
 * a key starts until its pause ends, and the key counts as slow until it is resumed. Bounded; not thread-safe. Times
 * are those of {@link System#nanoTime()}.
 */
final class PausedKeys {
    // A plain map rather than a cache: it must evict the eldest entry, at once, and is used under a lock anyway.
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

    /** @return whether the key was slow */
    boolean resume(String key) {
        return ends.remove(key) != null;
    }

    boolean isPaused(Collection<String> keys, long now) {
        return keys.stream().map(ends::get).anyMatch(end -> end != null && end - now > 0);
    }

    /** Whether one of the keys has not been resumed, even if its pause is over. */
    boolean isSlow(Set<String> keys) {
        return keys.stream().anyMatch(ends::containsKey);
    }
}
