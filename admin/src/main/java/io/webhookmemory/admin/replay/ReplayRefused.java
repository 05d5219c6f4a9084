package io.webhookmemory.admin.replay;

/** A replay that cannot be meant as it was asked for; the message is for the operator. */
public final class ReplayRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ReplayRefused(String message) {
        super(message);
    }
}
