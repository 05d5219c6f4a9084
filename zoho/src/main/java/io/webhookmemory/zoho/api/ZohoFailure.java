package io.webhookmemory.zoho.api;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** The meaning of a failed call, or of a failed element of one. {@link Classification} is the table. */
public sealed interface ZohoFailure {

    /** A short stable word for metrics and the {@code dlt-reason} header, such as {@code zoho_no_permission}. */
    String reason();

    /** The record or channel does not exist, or no longer. */
    record Gone() implements ZohoFailure {
        @Override
        public String reason() {
            return "zoho_gone";
        }
    }

    /**
     * Every retry will fail too.
     *
     * @param code Zoho's, such as {@code INVALID_DATA}; {@code HTTP_418} if it gave none
     * @param message Zoho's text; empty if it gave none
     */
    record Permanent(String code, String message) implements ZohoFailure {
        @Override
        public String reason() {
            return "zoho_" + code.toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A retry may succeed.
     *
     * @param retryAfter how long to wait, as requested by Zoho or by the local throttle
     */
    record Transient(String reason, Optional<Duration> retryAfter) implements ZohoFailure {}

    /** Not caused by a record: Zoho cannot be reached, or refuses all calls. */
    record Outage(Trouble trouble) implements ZohoFailure {
        @Override
        public String reason() {
            return "zoho_" + trouble.name().toLowerCase(Locale.ROOT);
        }
    }

    /** Why no call succeeds, in words for the operator. */
    enum Trouble {
        UNREACHABLE("Zoho cannot be reached; check the network and ZOHO_REGION"),
        NOT_ZOHO("the server is not Zoho CRM's API; check ZOHO_API_URL and ZOHO_ACCOUNTS_URL"),
        CREDENTIALS_REFUSED("Zoho refuses ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET or ZOHO_REFRESH_TOKEN;"
                + " are they right, not revoked, and of the data centre in ZOHO_REGION?"),
        TOKEN_REFUSED("Zoho's API refuses the access token that Zoho granted; is ZOHO_REGION the data centre of "
                + "the organisation?"),
        TOKENS_THROTTLED("Zoho grants no more access tokens for some minutes: too many were requested"),
        SCOPE_MISSING("the refresh token was created without a scope that this call needs"),
        CREDITS_EXHAUSTED("the organisation's API credits of the last 24 hours are used up"),
        STOPPING("this process is stopping");

        private final String words;

        Trouble(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }
}
