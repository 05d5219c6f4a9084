package io.webhookmemory.admin.trace;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What Cognee itself says of the document that the directory names.
 *
 * @param contentSha256 lower-case hex digest of the text that Cognee holds; null without a document
 * @param text null unless it was asked for; personal data
 * @param problem why Cognee could not be asked, in a word such as {@code http_401}; null if it could
 */
public record InCognee(State state, String contentSha256, String text, String problem) {

    /** The result of the check. */
    public enum State {
        /** Cognee holds the document, with the digest that the directory has. */
        SAME,
        /** Cognee holds the document with another text. */
        DIFFERENT,
        /** Cognee does not hold the document. */
        ABSENT,
        /** Cognee did not say. */
        UNKNOWN;

        @JsonValue
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static InCognee absent() {
        return new InCognee(State.ABSENT, null, null, null);
    }

    static InCognee unknown(String problem) {
        return new InCognee(State.UNKNOWN, null, null, problem);
    }

    /** The conclusion from the directory, corrected if Cognee does not hold the document. */
    Conclusion correct(Conclusion conclusion, Holding holding) {
        return state == State.ABSENT && conclusion instanceof Conclusion.InMemory shown
                ? new Conclusion.Missing(holding.dataset(), holding.dataId(), shown.eventId())
                : conclusion;
    }

    /** The text is personal data. */
    @Override
    public String toString() {
        return "InCognee[" + state + "]";
    }
}
