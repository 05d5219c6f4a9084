package io.webhookmemory.ingress.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What all bodies that are being received or handled may hold together. The last quarter is for small bodies only:
 * whoever sends large ones, many at once, does not shut out the ordinary webhook. Thread-safe.
 */
final class BodyMemory {
    static final int SMALL_BYTES = 16 * 1024;

    private final long capacity;
    private final long forLarge;
    private final AtomicLong used = new AtomicLong();

    BodyMemory(long capacity) {
        this.capacity = capacity;
        this.forLarge = capacity / 4 * 3;
    }

    /**
     * Takes more memory for a body.
     *
     * @param bytes in addition to what the body has
     * @param bodyBytes what it has then
     * @return false where there is not as much left; then nothing was taken
     */
    boolean tryTake(int bytes, int bodyBytes) {
        long limit = bodyBytes <= SMALL_BYTES ? capacity : forLarge;
        long before = used.get();
        while (before + bytes <= limit) {
            if (used.compareAndSet(before, before + bytes)) {
                return true;
            }
            before = used.get();
        }
        return false;
    }

    /** Whether a large body of this length could be taken now; takes nothing. */
    boolean hasRoom(long bodyBytes) {
        return used.get() + bodyBytes <= forLarge;
    }

    void giveBack(int bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }
}
