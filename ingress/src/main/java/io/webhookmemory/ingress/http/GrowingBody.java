package io.webhookmemory.ingress.http;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A body as far as it has arrived; it takes memory for what came, not for what was announced. Not thread-safe. */
final class GrowingBody {
    private static final int FIRST_BYTES = 1024;

    private final BodyMemory memory;
    private final int mostBytes;
    private byte[] bytes = {};
    private int length;

    /** @param mostBytes never more than this is appended */
    GrowingBody(BodyMemory memory, int mostBytes) {
        this.memory = memory;
        this.mostBytes = mostBytes;
    }

    int length() {
        return length;
    }

    /** Appends what remains in the chunk; false where there is no memory for it. */
    boolean append(ByteBuffer chunk) {
        int needed = length + chunk.remaining();
        if (needed > bytes.length) {
            int grown = Math.min(mostBytes, Math.max(needed, Math.max(FIRST_BYTES, 2 * bytes.length)));
            if (!memory.tryTake(grown - bytes.length, grown)) {
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

    /** Gives its memory back; called once, when nobody uses the bytes any more. */
    void release() {
        memory.giveBack(bytes.length);
    }
}
