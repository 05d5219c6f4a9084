package io.webhookmemory.embedded.cognee;

/** The behaviours of Cognee that the double knows, each as observed on a running server. */
public enum CogneeVersion {
    /**
     * Adding and building a graph answer nearly every error with 500 and the real status in the text; a changed file of
     * the same name becomes a second document; metadata is listed as it was sent.
     */
    V1_5("1.5.2"),
    /** Errors keep their status; a changed file of the same name gets 409; the listing adds to the metadata. */
    V1_6("1.6.5");

    private final String number;

    CogneeVersion(String number) {
        this.number = number;
    }

    /** As {@code /health} tells it. */
    String number() {
        return number;
    }
}
