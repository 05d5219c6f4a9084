package io.webhookmemory.sink.source;

import io.webhookmemory.cognee.Failure;

/** A record could not be read. The message gives the reason, without record content. */
public final class SourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    SourceException(Failure failure, String message, Throwable cause) {
        super(message, cause);
        this.failure = failure;
    }

    public Failure failure() {
        return failure;
    }
}
