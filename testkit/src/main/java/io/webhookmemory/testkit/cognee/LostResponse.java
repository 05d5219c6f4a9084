package io.webhookmemory.testkit.cognee;

/** The work was done; the connection breaks before the client receives the response. */
final class LostResponse extends RuntimeException {
    private static final long serialVersionUID = 1L;
}
