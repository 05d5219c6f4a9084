package io.webhookmemory.zoho.webhook;

/** A body that no JSON object and no form can be read from. */
final class UnreadableBody extends Exception {
    private static final long serialVersionUID = 1L;

    private final Parsed.Unreadable.Reason reason;
    private final String detail;

    /** @param detail says more than the reason, and nothing of the body's content; may be empty */
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
