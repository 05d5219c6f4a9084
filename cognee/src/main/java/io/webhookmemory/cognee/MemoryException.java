package io.webhookmemory.cognee;

/** A call to memory failed. The message names the call and the response, without document content. */
public final class MemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;
    private final boolean called;

    public MemoryException(Failure failure, String message, Throwable cause) {
        this(failure, message, cause, true);
    }

    private MemoryException(Failure failure, String message, Throwable cause, boolean called) {
        super(message, cause);
        this.failure = failure;
        this.called = called;
    }

    /** A call that was not made, because the breaker is open. */
    public static MemoryException notCalled(Failure.Outage outage) {
        return new MemoryException(
                outage, "Cognee was not called: its breaker is open (" + outage.reason() + ")", null, false);
    }

    /** False if nothing was sent to memory: the call cannot have taken effect. */
    public boolean wasCalled() {
        return called;
    }

    public Failure failure() {
        return failure;
    }
}
