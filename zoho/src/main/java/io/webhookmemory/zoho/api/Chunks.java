package io.webhookmemory.zoho.api;

import java.util.List;
import java.util.stream.IntStream;

/** Splits lists to the size that one call accepts. */
final class Chunks {
    private Chunks() {}

    static <T> List<List<T>> of(List<T> all, int size) {
        return IntStream.range(0, (all.size() + size - 1) / size)
                .mapToObj(i -> all.subList(i * size, Math.min(all.size(), (i + 1) * size)))
                .toList();
    }
}
