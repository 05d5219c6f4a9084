package io.webhookmemory.processor.topology;

import java.nio.ByteBuffer;

/**
 * What is stored under an event id, in milliseconds since the epoch.
 *
 * @param received {@code received_at} of the first event with it
 * @param processed the wall clock when that was processed
 * @param eventClock the latest {@code received_at} of any event up to then
 */
record SeenEvent(long received, long processed, long eventClock) {
    static SeenEvent of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new SeenEvent(buffer.getLong(), buffer.getLong(), buffer.getLong());
    }

    byte[] bytes() {
        return ByteBuffer.allocate(3 * Long.BYTES)
                .putLong(received)
                .putLong(processed)
                .putLong(eventClock)
                .array();
    }
}
