package io.webhookmemory.embedded.cognee;

/** The behaviours of Cognee that the double knows; they differ in how errors look and in what a changed file does. */
public enum CogneeVersion {
    /**
     * As read from Cognee's source at 1.5.2: adding and building a graph answer nearly every error with 500 and the real
     * status in the text; a changed file of the same name becomes a second document.
     */
    V1_5,
    /** As observed on a running Cognee 1.6.5: errors keep their status; a changed file of the same name gets 409. */
    V1_6
}
