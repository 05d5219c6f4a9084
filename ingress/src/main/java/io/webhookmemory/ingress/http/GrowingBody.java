package io.webhookmemory.ingress.http;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The part of a body received so far. Reserves memory for these bytes, not for the declared length. Not thread-safe. */
final class GrowingBody {
    private static final int FIRST_BYTES = 1024;

    private final BodyMemory memory;
    private final int maxBytes;
    private byte[] bytes = {};
    private int length;

    /** @param maxBytes the limit on the bytes appended */
    GrowingBody(BodyMemory memory, int maxBytes) {
        this.memory = memory;
        this.maxBytes = maxBytes;
    }

    int length() {
        return length;
    }

    /** Appends the rest of the chunk; false if there is no memory for it. */
    boolean append(ByteBuffer chunk) {
        int needed = length + chunk.remaining();
        if (needed > bytes.length) {
            int grown = Math.min(maxBytes, Math.max(needed, Math.max(FIRST_BYTES, 2 * bytes.length)));
            if (!memory.tryReserve(grown - bytes.length, grown)) {
                return false;
            }
            bytes = Arrays.copyOf(bytes, grown);
        }
        int appended = chunk.remaining();
        chunk.get(bytes, length, appended);
        length += appended;
        return true;
    }

    byte[] toBytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    /** Releases the memory; called once, when the bytes are no longer in use. */
    void release() {
        memory.release(bytes.length);
    }
}
