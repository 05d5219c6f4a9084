package io.webhookmemory.ingress.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory budget of all bodies that are being received or handled. The last quarter is reserved for small bodies, so that
 * many large bodies at once do not block ordinary webhooks. Thread-safe.
 */
final class BodyMemory {
    static final int SMALL_BYTES = 16 * 1024;

    private final long capacity;
    private final long largeCapacity;
    private final AtomicLong used = new AtomicLong();

    BodyMemory(long capacity) {
        this.capacity = capacity;
        this.largeCapacity = capacity / 4 * 3;
    }

    /**
     * Reserves more memory for a body.
     *
     * @param bytes in addition to what the body has reserved
     * @param bodyBytes the total of the body after the reservation
     * @return false if the memory is not available; nothing is reserved then
     */
    boolean tryReserve(int bytes, int bodyBytes) {
        long limit = bodyBytes <= SMALL_BYTES ? capacity : largeCapacity;
        long before = used.get();
        while (before + bytes <= limit) {
            if (used.compareAndSet(before, before + bytes)) {
                return true;
            }
            before = used.get();
        }
        return false;
    }

    /** Whether memory for a large body of this length is available; reserves nothing. */
    boolean hasSpaceFor(long bodyBytes) {
        return used.get() + bodyBytes <= largeCapacity;
    }

    void release(int bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }
}
