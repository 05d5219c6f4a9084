package io.webhookmemory.topics.wire;

/** The bytes are not a {@code WebhookEvent}. The message names the problem and contains nothing of the content. */
public final class InvalidEventException extends Exception {
    private static final long serialVersionUID = 1L;

    public InvalidEventException(String message) {
        super(message);
    }
}
