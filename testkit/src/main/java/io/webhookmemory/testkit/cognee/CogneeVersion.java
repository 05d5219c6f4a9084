package io.webhookmemory.testkit.cognee;

/** The behaviors of Cognee that the double knows, each as observed on a running server. */
public enum CogneeVersion {
    /**
     * Adding and building a graph answer nearly every error with 500 and the real status in the text; a changed file of
     * the same name becomes a second document; metadata is listed as it was sent; a listing has all documents.
     */
    V1_5("1.5.2"),
    /**
     * Errors keep their status; a changed file of the same name gets 409; the listing adds to the metadata, and still has
     * all documents.
     */
    V1_6_0("1.6.0"),
    /** As 1.6.0, but listings have pages: so from 1.6.1 on. */
    V1_6("1.6.5");

    private final String number;

    CogneeVersion(String number) {
        this.number = number;
    }

    /** As {@code /health} tells it. */
    String number() {
        return number;
    }

    /** Whether adding and building a graph hide the status of an error in a 500. */
    boolean hidesStatus() {
        return this == V1_5;
    }

    /** Whether adding refuses other content under a name that is there. */
    boolean refusesChanges() {
        return this != V1_5;
    }

    /** Whether the other files of a call go on to be added when the call was answered with the failure of one. */
    boolean goesOnAfterFailure() {
        return this == V1_5;
    }

    /** Whether the listing adds a key of its own to a document's metadata. */
    boolean addsToMetadata() {
        return this != V1_5;
    }

    /** Whether a listing has pages, and a count beside it. */
    boolean pagesListings() {
        return this == V1_6;
    }
}
