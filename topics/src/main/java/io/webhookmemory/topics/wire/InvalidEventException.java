package io.webhookmemory.topics.wire;

/** Bytes that are no {@code WebhookEvent}. The message names what is wrong and holds nothing of the content. */
public final class InvalidEventException extends Exception {
    private static final long serialVersionUID = 1L;

    public InvalidEventException(String message) {
        super(message);
    }
}
