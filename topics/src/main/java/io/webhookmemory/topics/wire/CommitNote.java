package io.webhookmemory.topics.wire;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The metadata of an offset that the memory-sink commits: which records after the committed offset are unfinished. The
 * others are not processed again when the partition is read from the committed offset by the next member, and the number of
 * waiting events is known. The distance to the end of the partition is not that number: it includes the markers of the
 * stream-processor's transactions, and records that were finished before an earlier one.
 *
 * @param readTo the offset up to which the partition has been read
 * @param unfinished the number of unfinished records before that offset
 * @param offsets the offsets of the first of them, ascending; all of them unless the text would be too long. Earlier
 *     versions wrote none
 */
public record CommitNote(long readTo, int unfinished, List<Long> offsets) {
    private static final Pattern FORM =
            Pattern.compile("read-to=(\\d{1,18}) unfinished=(\\d{1,9})(?: at=(\\d{1,18}(?:,\\d{1,18})*))?");
    /** Half of what Kafka allows by default ({@code offset.metadata.max.bytes}). */
    private static final int MAX_LENGTH = 2_048;

    public CommitNote {
        offsets = List.copyOf(offsets);
    }

    /** @param unfinished the offsets of all unfinished records before {@code readTo}, ascending */
    public static CommitNote of(long readTo, Collection<Long> unfinished) {
        return new CommitNote(readTo, unfinished.size(), new ArrayList<>(unfinished));
    }

    /** Each offset is written as its distance from the one before. */
    public String toMetadata(long committed) {
        StringBuilder text = new StringBuilder("read-to=" + readTo + " unfinished=" + unfinished);
        String separator = " at=";
        long before = committed;
        for (long offset : offsets) {
            String next = separator + (offset - before);
            if (text.length() + next.length() > MAX_LENGTH) {
                break;
            }
            text.append(next);
            separator = ",";
            before = offset;
        }
        return text.toString();
    }

    /** Empty if there is no metadata, or another application wrote it. */
    public static Optional<CommitNote> parse(long committed, String metadata) {
        Matcher note = FORM.matcher(metadata == null ? "" : metadata);
        if (!note.matches()) {
            return Optional.empty();
        }
        List<Long> offsets = new ArrayList<>();
        long offset = committed;
        for (String distance :
                note.group(3) == null ? new String[0] : note.group(3).split(",")) {
            offset += Long.parseLong(distance);
            offsets.add(offset);
        }
        return Optional.of(new CommitNote(Long.parseLong(note.group(1)), Integer.parseInt(note.group(2)), offsets));
    }

    /**
     * The offset up to which a record is finished unless it is one of {@link #offsets}.
     *
     * @param committed the committed offset
     */
    public long knownTo(long committed) {
        if (offsets.size() == unfinished) {
            return readTo;
        }
        return offsets.isEmpty() ? committed : offsets.get(offsets.size() - 1) + 1;
    }

    /**
     * An upper bound of the unfinished events of a partition: offsets that have not been read count, including markers.
     *
     * @param committed the committed offset
     * @param end the end of the readable records
     */
    public static long waiting(long committed, String metadata, long end) {
        long offsets = Math.max(0, end - committed);
        return parse(committed, metadata)
                .map(note -> Math.min(offsets, note.unfinished() + Math.max(0, end - note.readTo())))
                .orElse(offsets);
    }
}
