package io.webhookmemory.zoho.webhook;

/** A field that makes a webhook unprocessable. */
final class BadField extends Exception {
    private static final long serialVersionUID = 1L;

    private final String field;

    BadField(String field, String problem) {
        super(problem);
        this.field = field;
    }

    String field() {
        return field;
    }
}
