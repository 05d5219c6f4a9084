package io.webhookmemory.admin.audit;

import io.webhookmemory.cognee.Datasets;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.zoho.crm.CrmModules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether the three sides agree on a record. Pure; thread-safe.
 *
 * @param datasets which dataset an account's documents belong to
 * @param compared modules of Zoho's API that were read; a record of another module is compared without Zoho
 * @param cutoff changes after it may still be on their way
 */
record Comparison(Datasets datasets, Set<String> compared, Instant cutoff) {

    /** What differs; empty if nothing does, or the change may still be on its way. */
    List<Finding> of(String recordId, RecordView view) {
        if (view.module() == null || isYoung(view)) {
            return List.of();
        }
        List<Finding> findings = new ArrayList<>();
        if (isGone(view)) {
            if (view.entry().isPresent() || !view.strays().isEmpty()) {
                findings.add(finding(Drift.GONE, recordId, view, "Zoho does not have the record"));
            }
            return findings;
        }
        if (!view.documentSeen() && view.strays().isEmpty()) {
            findings.addAll(withoutDocument(recordId, view));
        } else {
            findings.addAll(documents(recordId, view));
        }
        outdated(recordId, view).ifPresent(findings::add);
        return findings;
    }

    /** Whether Zoho was asked, and does not have the record. */
    boolean isGone(RecordView view) {
        return view.zoho().isEmpty()
                && CrmModules.holding(view.module()).stream().allMatch(compared::contains);
    }

    private boolean isYoung(RecordView view) {
        boolean changed =
                view.zoho().filter(row -> row.modified().isAfter(cutoff)).isPresent();
        boolean begun = view.entry()
                .map(DirectoryEntry::intent)
                .filter(intent -> intent.at() != null && intent.at().isAfter(cutoff))
                .isPresent();
        boolean deleted = view.deletedAt().filter(at -> at.isAfter(cutoff)).isPresent();
        return changed || begun || deleted;
    }

    private List<Finding> withoutDocument(String recordId, RecordView view) {
        if (view.hasDocumentInDirectory()) {
            return List.of(finding(Drift.OUT_OF_STEP, recordId, view, "Cognee does not have the directory's document"));
        }
        if (view.zoho().isPresent()) {
            return List.of(finding(Drift.MISSING, recordId, view, "Zoho has the record, memory has not"));
        }
        return view.entry().isPresent()
                ? List.of(finding(Drift.MISSING, recordId, view, "the directory knows the record, without a document"))
                : List.of();
    }

    private List<Finding> documents(String recordId, RecordView view) {
        List<Finding> findings = new ArrayList<>();
        int documents = view.strays().size() + (view.documentSeen() ? 1 : 0);
        if (documents > 1) {
            findings.add(finding(Drift.DUPLICATE, recordId, view, documents + " documents"));
        }
        if (!view.documentSeen()) {
            String detail = view.hasDocumentInDirectory()
                    ? "Cognee has another document than the directory names"
                    : "the directory does not know the document";
            findings.add(finding(Drift.OUT_OF_STEP, recordId, view, detail));
        }
        expected(view)
                .filter(dataset -> documents == 1 && !dataset.equals(dataset(view)))
                .ifPresent(dataset ->
                        findings.add(finding(Drift.WRONG_DATASET, recordId, view, "it belongs into " + dataset)));
        return findings;
    }

    /** Empty if neither Zoho nor the directory says which account the record belongs to. */
    private Optional<String> expected(RecordView view) {
        boolean isKnown = view.account().isPresent() || view.entry().isPresent();
        return isKnown ? Optional.of(datasets.of(view.account().orElse(null))) : Optional.empty();
    }

    private Optional<Finding> outdated(String recordId, RecordView view) {
        if (!view.hasDocumentInDirectory() || view.zoho().isEmpty()) {
            return Optional.empty();
        }
        Instant shown = view.entry().map(DirectoryEntry::eventTime).orElse(Instant.MIN);
        Instant modified = view.zoho().get().modified();
        return modified.isAfter(shown)
                ? Optional.of(finding(
                        Drift.OUTDATED,
                        recordId,
                        view,
                        "changed at " + modified + ", memory shows " + (shown.equals(Instant.MIN) ? "?" : shown)))
                : Optional.empty();
    }

    private static Finding finding(Drift drift, String recordId, RecordView view, String detail) {
        return new Finding(drift, view.module(), recordId, dataset(view), detail);
    }

    /** Where the record's document is, or was. */
    private static String dataset(RecordView view) {
        if (!view.documentSeen() && !view.strays().isEmpty()) {
            return view.strays().get(0).dataset();
        }
        return view.entry().map(DirectoryEntry::dataset).orElse(null);
    }
}
