package io.webhookmemory.admin.replay;

import io.webhookmemory.topics.wire.JsonSerde;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.SerializationException;

/**
 * What a run commits with each partition's offset, as offset metadata.
 *
 * @param end offset at which the run ends in this partition: the end of the topic when the run began, because the run
 *     may write to the topic that it reads
 * @param sent events that the run has written from this partition
 * @param selection what the run began with
 */
record RunPosition(long end, long sent, Selection selection) {
    private static final JsonSerde<RunPosition> JSON = JsonSerde.of(RunPosition.class);
    /** The default of the broker option {@code offset.metadata.max.bytes}. */
    private static final int MAX_BYTES = 4096;

    /** @throws ReplayRefused if the selection does not fit */
    String text() {
        byte[] json = JSON.toBytes(this);
        if (json.length > MAX_BYTES) {
            throw new ReplayRefused("too many accounts or records for one run; split them over several runs");
        }
        return new String(json, StandardCharsets.UTF_8);
    }

    /** @throws ReplayRefused if the text is not a run position */
    static RunPosition of(String text) {
        try {
            RunPosition position = JSON.fromBytes(text.getBytes(StandardCharsets.UTF_8));
            if (position != null && position.selection() != null) {
                return position;
            }
        } catch (SerializationException e) {
            // Reported below.
        }
        throw new ReplayRefused("the run's position is not one that \"admin replay\" wrote; choose another run id");
    }

    RunPosition advanced(long more) {
        return new RunPosition(end, sent + more, selection);
    }
}
