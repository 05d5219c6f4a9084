package io.webhookmemory.admin.audit;

import io.webhookmemory.topics.event.DirectoryEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What the three sides say of one record. Filled side by side; for one thread. */
final class RecordView {
    private DirectoryEntry entry;
    private Instant deletedAt;
    private boolean documentSeen;
    private List<Stray> strays = List.of();
    private InZoho zoho;

    /** A document in Cognee that the directory does not name. */
    record Stray(String module, String dataset, String dataId) {}

    /**
     * The record in Zoho.
     *
     * @param account the account that the record itself names; null if it names none
     */
    record InZoho(String module, String account, Instant modified) {}

    void directorySays(DirectoryEntry newest) {
        entry = newest;
        deletedAt = null;
    }

    /** @param at null if the tombstone does not say when */
    void directorySaysDeleted(Instant at) {
        entry = null;
        deletedAt = at;
    }

    void inCognee(String module, String dataset, String dataId) {
        if (entry != null && dataId.equals(entry.dataId()) && dataset.equals(entry.dataset())) {
            documentSeen = true;
            return;
        }
        List<Stray> more = new ArrayList<>(strays);
        more.add(new Stray(module, dataset, dataId));
        strays = List.copyOf(more);
    }

    void inZoho(InZoho row) {
        zoho = row;
    }

    Optional<DirectoryEntry> entry() {
        return Optional.ofNullable(entry);
    }

    /** When the directory says that the record was deleted; empty if it says nothing, or that the record lives. */
    Optional<Instant> deletedAt() {
        return Optional.ofNullable(deletedAt);
    }

    boolean hasDocumentInDirectory() {
        return entry != null && entry.hasDocument();
    }

    /** Whether Cognee has the document that the directory names. */
    boolean documentSeen() {
        return documentSeen;
    }

    List<Stray> strays() {
        return strays;
    }

    Optional<InZoho> zoho() {
        return Optional.ofNullable(zoho);
    }

    /** Null if no side knows the record. */
    String module() {
        if (zoho != null) {
            return zoho.module();
        }
        if (entry != null) {
            return entry.module();
        }
        return strays.isEmpty() ? null : strays.get(0).module();
    }

    /** The account as Zoho names it, else as the directory has it; empty if neither says. */
    Optional<String> account() {
        return Optional.ofNullable(zoho)
                .map(InZoho::account)
                .or(() -> Optional.ofNullable(entry).map(DirectoryEntry::accountId));
    }

    /** Whether the directory has not changed since another view of the record was read. */
    boolean hasSameEntry(RecordView other) {
        return Objects.equals(entry, other.entry) && Objects.equals(deletedAt, other.deletedAt);
    }
}
