package io.webhookmemory.sink.consume;

/** This process may no longer own the record's partition; another member works on the record, or will soon. */
public final class LeaseLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LeaseLostException(String message) {
        super(message);
    }

    public LeaseLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
