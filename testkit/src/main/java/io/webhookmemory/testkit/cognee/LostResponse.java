package io.webhookmemory.testkit.cognee;

/** The work was done; the connection breaks before the client hears of it. */
final class LostResponse extends RuntimeException {
    private static final long serialVersionUID = 1L;
}
