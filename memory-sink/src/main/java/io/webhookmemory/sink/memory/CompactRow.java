package io.webhookmemory.sink.memory;

import com.github.benmanes.caffeine.cache.Interner;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;

/**
 * A {@link Known} in little memory: ids and digests as numbers, names shared by all rows. A directory may hold millions
 * of records.
 */
sealed interface CompactRow {
    HexFormat HEX = HexFormat.of();
    int DIGEST_DIGITS = 64;
    int DIGITS_PER_LONG = 16;

    Known expand();

    /** @param names shares the rows' names */
    static CompactRow of(Known known, Interner<String> names) {
        boolean isPlain = known.place() != null && !known.isUnsettled();
        return isPlain
                        && isUuid(known.place().dataId())
                        && isDigest(known.place().contentSha256())
                ? new Document(known.place(), names)
                : new Other(known);
    }

    /** The usual case: a document and no pending change. */
    final class Document implements CompactRow {
        private final String module;
        private final String accountId;
        private final String dataset;
        private final long idHigh;
        private final long idLow;
        private final long digest0;
        private final long digest1;
        private final long digest2;
        private final long digest3;
        private final long second;
        private final int nano;

        private Document(Place place, Interner<String> names) {
            module = names.intern(place.module());
            accountId = place.accountId() == null ? null : names.intern(place.accountId());
            dataset = names.intern(place.dataset());
            UUID id = UUID.fromString(place.dataId());
            idHigh = id.getMostSignificantBits();
            idLow = id.getLeastSignificantBits();
            digest0 = part(place.contentSha256(), 0);
            digest1 = part(place.contentSha256(), 1);
            digest2 = part(place.contentSha256(), 2);
            digest3 = part(place.contentSha256(), 3);
            Instant time = place.eventTime();
            second = time.getEpochSecond();
            nano = time.getNano();
        }

        @Override
        public Known expand() {
            String digest = HEX.toHexDigits(digest0)
                    + HEX.toHexDigits(digest1)
                    + HEX.toHexDigits(digest2)
                    + HEX.toHexDigits(digest3);
            String dataId = new UUID(idHigh, idLow).toString();
            return Known.at(new Place(module, accountId, dataset, dataId, digest, Instant.ofEpochSecond(second, nano)));
        }
    }

    /** Deleted, unsettled, or with an id that is not a UUID. */
    record Other(Known expand) implements CompactRow {}

    private static long part(String digest, int number) {
        return HexFormat.fromHexDigitsToLong(digest, number * DIGITS_PER_LONG, (number + 1) * DIGITS_PER_LONG);
    }

    // Only texts that convert back to exactly the same text.
    private static boolean isUuid(String id) {
        try {
            return UUID.fromString(id).toString().equals(id);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isDigest(String digest) {
        return digest.length() == DIGEST_DIGITS && digest.chars().allMatch(CompactRow::isLowerHexDigit);
    }

    private static boolean isLowerHexDigit(int character) {
        return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f');
    }
}
