package io.webhookmemory.topics.wire;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The metadata of an offset that the memory-sink commits. The distance from a committed offset to the end of the
 * partition is not the number of waiting events: it includes the markers of the stream-processor's transactions, and
 * records that were finished before an earlier one. The sink has read them and therefore knows the number.
 *
 * @param readTo the offset up to which the partition has been read
 * @param unfinished unfinished records before that offset
 */
public record CommitNote(long readTo, int unfinished) {
    private static final Pattern FORM = Pattern.compile("read-to=(\\d{1,18}) unfinished=(\\d{1,9})");

    public String toMetadata() {
        return "read-to=" + readTo + " unfinished=" + unfinished;
    }

    /** Empty if there is no metadata, or another application wrote it. */
    public static Optional<CommitNote> parse(String metadata) {
        Matcher note = FORM.matcher(metadata == null ? "" : metadata);
        return note.matches()
                ? Optional.of(new CommitNote(Long.parseLong(note.group(1)), Integer.parseInt(note.group(2))))
                : Optional.empty();
    }

    /**
     * An upper bound of the unfinished events of a partition: offsets that have not been read count, including markers.
     *
     * @param committed the committed offset
     * @param end the end of the readable records
     */
    public static long waiting(long committed, String metadata, long end) {
        long offsets = Math.max(0, end - committed);
        return parse(metadata)
                .map(note -> Math.min(offsets, note.unfinished() + Math.max(0, end - note.readTo())))
                .orElse(offsets);
    }
}
