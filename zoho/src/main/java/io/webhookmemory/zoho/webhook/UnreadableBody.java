package io.webhookmemory.zoho.webhook;

/** Thrown for a body that contains neither a readable JSON object nor a readable form. */
final class UnreadableBody extends Exception {
    private static final long serialVersionUID = 1L;

    private final Parsed.Unreadable.Reason reason;
    private final String detail;

    /** @param detail adds to the reason; quotes nothing of the body; may be empty */
    UnreadableBody(Parsed.Unreadable.Reason reason, String detail) {
        super(reason.text());
        this.reason = reason;
        this.detail = detail;
    }

    UnreadableBody(Parsed.Unreadable.Reason reason) {
        this(reason, "");
    }

    Parsed.Unreadable unreadable() {
        return new Parsed.Unreadable(reason, detail);
    }
}
