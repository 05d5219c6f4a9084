package io.webhookmemory.admin.replay;

import io.webhookmemory.topics.wire.JsonSerde;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.SerializationException;

/**
 * What a run commits beside each partition's offset, in the text that Kafka lets go along with it.
 *
 * @param end offset at which the run ends in this partition: the end of the topic when the run began, since the run may
 *     write to the very topic it reads
 * @param sent events that the run has written from this partition
 * @param selection what the run was begun with
 */
record RunPosition(long end, long sent, Selection selection) {
    private static final JsonSerde<RunPosition> JSON = JsonSerde.of(RunPosition.class);
    /** The brokers' default of {@code offset.metadata.max.bytes}. */
    private static final int MAX_BYTES = 4096;

    /** @throws ReplayRefused where the selection is too long to be kept */
    String text() {
        byte[] json = JSON.toBytes(this);
        if (json.length > MAX_BYTES) {
            throw new ReplayRefused("too many accounts or records for one run; split them over several runs");
        }
        return new String(json, StandardCharsets.UTF_8);
    }

    /** @throws ReplayRefused where the text is none of ours */
    static RunPosition of(String text) {
        try {
            RunPosition position = JSON.fromBytes(text.getBytes(StandardCharsets.UTF_8));
            if (position != null && position.selection() != null) {
                return position;
            }
        } catch (SerializationException e) {
            // Said below.
        }
        throw new ReplayRefused("the run's position is not one that \"topics replay\" wrote; choose another run id");
    }

    RunPosition advanced(long more) {
        return new RunPosition(end, sent + more, selection);
    }
}
