package io.webhookmemory.sink.sync;

import io.webhookmemory.topics.event.DirectoryEntry;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the directory says of records: as of when memory shows each, and in which dataset. It guards against events that
 * come late, from a retry topic say: one from before a deletion must bring nothing back, and one that names the account
 * its record has left must find the document where it is now. Bounded: the longest untouched are forgotten.
 * Thread-safe.
 */
public final class RecordLedger {
    private static final int MAX_RECORDS = 100_000;

    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Entry> eldest) {
            return size() > MAX_RECORDS;
        }
    };

    /**
     * What is known of one record.
     *
     * @param dataset where its document is; null where it is deleted, or was never written
     * @param tried a dataset to which an add was sent, or is to be sent, whose outcome is not known yet; nullable
     */
    private record Entry(String dataset, String tried, Instant asOf) {
        static final Entry UNKNOWN = new Entry(null, null, Instant.MIN);
    }

    /** Takes in what the directory says of a record; entries are to come in the order in which they were written. */
    public synchronized void read(String recordId, DirectoryEntry entry) {
        if (entry.dataset() == null) {
            return;
        }
        if (!entry.hasDocument()) {
            trying(recordId, entry.dataset(), entry.eventTime());
        } else if (entry.eventTime() != null) {
            written(recordId, entry.dataset(), entry.eventTime());
        }
    }

    /** Notes that the dataset shows the record as of that time, unless something newer is known. */
    void written(String recordId, String dataset, Instant asOf) {
        put(recordId, new Entry(dataset, null, asOf));
    }

    /** Notes that the record was deleted at that time, unless something newer is known. */
    public void deleted(String recordId, Instant at) {
        put(recordId, new Entry(null, null, at));
    }

    private synchronized void put(String recordId, Entry entry) {
        entries.merge(recordId, entry, (known, other) -> known.asOf().isAfter(other.asOf()) ? known : other);
    }

    /** Notes that the record is about to be added there: an answer that gets lost leaves a document behind. */
    void trying(String recordId, String dataset) {
        trying(recordId, dataset, null);
    }

    private synchronized void trying(String recordId, String dataset, Instant asOf) {
        Entry known = of(recordId);
        Instant latest = asOf == null || known.asOf().isAfter(asOf) ? known.asOf() : asOf;
        entries.put(recordId, new Entry(known.dataset(), dataset, latest));
    }

    /** As of when memory shows the record, or its absence; null where that is not known. */
    synchronized Instant asOf(String recordId) {
        Instant asOf = of(recordId).asOf();
        return asOf.equals(Instant.MIN) ? null : asOf;
    }

    /** Whether memory shows the record, or its absence, as of a later time. */
    synchronized boolean isNewer(String recordId, Instant time) {
        return of(recordId).asOf().isAfter(time);
    }

    /** Whether memory is known to show the record, or its absence, as of that time or a later one. */
    synchronized boolean shows(String recordId, Instant time) {
        return !of(recordId).asOf().isBefore(time);
    }

    /** The datasets in which a document of the record may be, as far as is known. */
    synchronized Set<String> datasets(String recordId) {
        Entry known = of(recordId);
        return Stream.of(known.dataset(), known.tried())
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    private Entry of(String recordId) {
        return entries.getOrDefault(recordId, Entry.UNKNOWN);
    }
}
