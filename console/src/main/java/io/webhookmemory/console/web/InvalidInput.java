package io.webhookmemory.console.web;

/** A field of a form cannot be used; the message is for the operator. */
public final class InvalidInput extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidInput(String message) {
        super(message);
    }
}
