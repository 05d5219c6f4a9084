package io.webhookmemory.sink.cognee;

import io.webhookmemory.sink.failure.Failure;

/** A call to memory failed. The message says what was asked and answered, without any document's content. */
public final class MemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    public MemoryException(Failure failure, String message, Throwable cause) {
        super(message, cause);
        this.failure = failure;
    }

    public Failure failure() {
        return failure;
    }
}
