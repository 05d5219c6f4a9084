package io.webhookmemory.ingress.http;

import io.webhookmemory.zoho.webhook.Parsed;
import java.util.Optional;

/** The detail of the response to an unreadable body: what the sender can change. */
final class Hints {
    private static final String ESCAPING =
            ". If a merge field stands before this place, its value probably holds a quotation"
                    + " mark or a backslash, which Zoho does not escape: choose the body type Form-Data, or send from a Deluge"
                    + " function, whose Map.toString() escapes";
    private static final String NEITHER =
            "the body does not begin with { as JSON does, and with its content type it is no form";

    private Hints() {}

    /** Empty if the title is sufficient. */
    static Optional<String> of(Parsed.Unreadable unreadable) {
        return switch (unreadable.reason()) {
            case NOT_JSON -> Optional.of(unreadable.detail().isEmpty() ? NEITHER : unreadable.detail() + ESCAPING);
            case BAD_FORM -> Optional.of(unreadable.detail());
            case DUPLICATE_NAME, PATH_CONFLICT -> Optional.empty();
        };
    }
}
