package io.webhookmemory.service.http;

/** A call was not answered, or not in time. */
public final class NoResponseException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    NoResponseException(Reason reason, Throwable cause) {
        super(reason.name(), cause);
        this.reason = reason;
    }

    /** Why there was no answer. */
    public enum Reason {
        /** Nobody was there to take the call. */
        UNREACHABLE,
        /** Whoever was there could not show a certificate that is trusted, or spoke no TLS. */
        UNTRUSTED,
        /** The time was over; the call may have taken effect, or may yet. */
        TIMEOUT,
        /** The connection broke; likewise. */
        CONNECTION_LOST,
        /** This thread was interrupted, as when the service stops; likewise. */
        STOPPING
    }

    public Reason reason() {
        return reason;
    }
}
