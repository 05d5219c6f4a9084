package io.webhookmemory.admin.replay;

/** The request for a replay is contradictory; the message is for the operator. */
public final class ReplayRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ReplayRefused(String message) {
        super(message);
    }
}
