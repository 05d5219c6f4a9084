package io.webhookmemory.topics.wire;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the memory-sink writes into the metadata of an offset that it commits. The distance from a committed offset to the
 * partition's end is no number of events: transaction markers lie between, one for each transaction of the
 * stream-processor, and records that are done before an earlier one. The sink, which has read them, knows.
 *
 * @param readTo the offset up to which the partition has been read
 * @param unfinished records before it that are not done
 */
public record CommitNote(long readTo, int unfinished) {
    private static final Pattern FORM = Pattern.compile("read-to=(\\d{1,18}) unfinished=(\\d{1,9})");

    public String toMetadata() {
        return "read-to=" + readTo + " unfinished=" + unfinished;
    }

    /** Empty where the metadata is somebody else's, or none. */
    public static Optional<CommitNote> parse(String metadata) {
        Matcher note = FORM.matcher(metadata == null ? "" : metadata);
        return note.matches()
                ? Optional.of(new CommitNote(Long.parseLong(note.group(1)), Integer.parseInt(note.group(2))))
                : Optional.empty();
    }

    /**
     * Events of a partition that are not done, at most: what has not been read yet counts with its markers.
     *
     * @param committed the committed offset
     * @param end of what can be read
     */
    public static long waiting(long committed, String metadata, long end) {
        long offsets = Math.max(0, end - committed);
        return parse(metadata)
                .map(note -> Math.min(offsets, note.unfinished() + Math.max(0, end - note.readTo())))
                .orElse(offsets);
    }
}
