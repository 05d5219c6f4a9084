package io.webhookmemory.admin.audit;

import java.util.Locale;

/** The ways in which memory can differ from Zoho. */
public enum Drift {
    MISSING("no document of the record"),
    OUTDATED("Zoho's change is newer than what memory shows"),
    DUPLICATE("more than one document of the record"),
    GONE("documents of records that no longer exist in Zoho"),
    WRONG_DATASET("the document is not in the dataset of the record's account"),
    OUT_OF_STEP("directory and Cognee name different documents"),
    NO_GRAPH("documents changed, and the dataset's graph was not built");

    private final String words;

    Drift(String words) {
        this.words = words;
    }

    /** As in metrics and JSON, such as {@code wrong_dataset}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What the kind means, for the operator. */
    public String words() {
        return words;
    }
}
