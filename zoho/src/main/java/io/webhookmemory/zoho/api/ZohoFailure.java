package io.webhookmemory.zoho.api;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** What a failed call, or a failed element of one, means. The table is {@link Classification}. */
public sealed interface ZohoFailure {

    /** A short stable word for metrics and the {@code dlt-reason} header, such as {@code zoho_no_permission}. */
    String reason();

    /** There is no such record or channel, or no longer. */
    record Gone() implements ZohoFailure {
        @Override
        public String reason() {
            return "zoho_gone";
        }
    }

    /**
     * Will fail again however often it is tried.
     *
     * @param code Zoho's, such as {@code INVALID_DATA}; {@code HTTP_418} where it gave none
     * @param message Zoho's words; empty where it gave none
     */
    record Permanent(String code, String message) implements ZohoFailure {
        @Override
        public String reason() {
            return "zoho_" + code.toLowerCase(Locale.ROOT);
        }
    }

    /**
     * May well succeed later.
     *
     * @param retryAfter how long Zoho, or our own limit, asked to wait
     */
    record Transient(String reason, Optional<Duration> retryAfter) implements ZohoFailure {}

    /** No record is at fault: Zoho cannot be reached, or refuses everybody. */
    record Outage(Trouble trouble) implements ZohoFailure {
        @Override
        public String reason() {
            return "zoho_" + trouble.name().toLowerCase(Locale.ROOT);
        }
    }

    /** Why nothing goes, in words for the operator. */
    enum Trouble {
        UNREACHABLE("Zoho cannot be reached; is the network up, and ZOHO_REGION right?"),
        NOT_ZOHO("what answers is not Zoho CRM's API; are ZOHO_API_URL and ZOHO_ACCOUNTS_URL right?"),
        CREDENTIALS_REFUSED("Zoho refuses ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET or ZOHO_REFRESH_TOKEN;"
                + " are they right, not revoked, and of the data centre in ZOHO_REGION?"),
        TOKEN_REFUSED("Zoho's API refuses the access token that Zoho gave out;"
                + " is ZOHO_REGION the data centre of the organisation?"),
        TOKENS_THROTTLED("Zoho gives out no more access tokens for some minutes: too many were asked for"),
        SCOPE_MISSING("the refresh token was made without a scope that this call needs"),
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
