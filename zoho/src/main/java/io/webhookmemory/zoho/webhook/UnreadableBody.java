package io.webhookmemory.zoho.webhook;

/** A body that no JSON object can be read from. */
final class UnreadableBody extends Exception {
    private static final long serialVersionUID = 1L;

    private final Parsed.Unreadable.Reason reason;

    UnreadableBody(Parsed.Unreadable.Reason reason) {
        super(reason.text());
        this.reason = reason;
    }

    Parsed.Unreadable.Reason reason() {
        return reason;
    }
}
