package io.webhookmemory.sink.memory;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the directory says of one record.
 *
 * @param place where its document is, or was before the pending change; null without a document
 * @param absentSince without a document: time of the state that memory shows (a deletion, say); {@link Instant#MIN} if
 *     unknown
 * @param pending the record is unsettled: a change has begun whose outcome is unknown, and these datasets (perhaps
 *     none) may also contain a document of the record; null if the directory is exact
 */
record Known(Place place, Instant absentSince, List<String> pending) {
    static final Known NOTHING = new Known(null, Instant.MIN, null);

    Known {
        pending = pending == null ? null : List.copyOf(pending);
    }

    static Known at(Place place) {
        return new Known(place, Instant.MIN, null);
    }

    static Known deleted(Instant at) {
        return new Known(null, at, null);
    }

    /** This state before a change that may add documents to these datasets. */
    Known changing(List<String> datasets) {
        return new Known(place, absentSince, datasets);
    }

    /** This state after its document was found missing: the record must be written again, whatever its text. */
    Known lost() {
        return new Known(null, asOf(), List.of(place.dataset()));
    }

    boolean isUnsettled() {
        return pending != null;
    }

    /** Time of the state that memory shows; {@link Instant#MIN} if unknown. */
    Instant asOf() {
        return place == null ? absentSince : place.eventTime();
    }

    Optional<Place> document() {
        return Optional.ofNullable(place);
    }

    /** All datasets in which a document of the record may be. */
    Set<String> datasets() {
        Set<String> datasets = new LinkedHashSet<>();
        document().ifPresent(document -> datasets.add(document.dataset()));
        if (pending != null) {
            datasets.addAll(pending);
        }
        return datasets;
    }
}
