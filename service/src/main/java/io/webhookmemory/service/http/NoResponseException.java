package io.webhookmemory.service.http;

/** A call got no response, or not in time. */
public final class NoResponseException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    NoResponseException(Reason reason, Throwable cause) {
        super(reason.name(), cause);
        this.reason = reason;
    }

    /** Why there was no response. */
    public enum Reason {
        /** No connection could be established. */
        UNREACHABLE,
        /** The server has no trusted certificate, or does not use TLS. */
        UNTRUSTED,
        /** The time limit has passed; the call may have taken effect, or may still do so. */
        TIMEOUT,
        /** The connection broke; the call may have taken effect, or may still do so. */
        CONNECTION_LOST,
        /**
         * This thread was interrupted, as when the service stops; the call may have taken effect, or may still do so.
         */
        STOPPING
    }

    public Reason reason() {
        return reason;
    }
}
