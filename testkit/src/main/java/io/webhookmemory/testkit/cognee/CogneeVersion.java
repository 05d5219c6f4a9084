package io.webhookmemory.testkit.cognee;

/** The behaviours of Cognee that the double knows, each as observed on a running server. */
public enum CogneeVersion {
    /**
     * Adding and building a graph return 500 for nearly every error, with the real status in the text; a changed file
     * of the same name becomes a second document; metadata is listed as sent; a listing returns all documents.
     */
    V1_5("1.5.2"),
    /**
     * Errors keep their status; a changed file of the same name gets 409; the listing adds to the metadata, and still
     * returns all documents.
     */
    V1_6_0("1.6.0"),
    /** As 1.6.0, but with paged listings, as from 1.6.1 on. */
    V1_6("1.6.5");

    private final String number;

    CogneeVersion(String number) {
        this.number = number;
    }

    /** As reported by {@code /health}. */
    String number() {
        return number;
    }

    /** Whether adding and building a graph hide the status of an error in a 500. */
    boolean hidesStatus() {
        return this == V1_5;
    }

    /** Whether adding refuses other content under an existing name. */
    boolean refusesChanges() {
        return this != V1_5;
    }

    /** Whether the other files of a call continue to be added after the response that reports the failure of one. */
    boolean goesOnAfterFailure() {
        return this == V1_5;
    }

    /** Whether the listing adds a key of its own to a document's metadata. */
    boolean addsToMetadata() {
        return this != V1_5;
    }

    /** Whether a listing has pages, and a separate count. */
    boolean pagesListings() {
        return this == V1_6;
    }
}
