package io.webhookmemory.zoho.api;

/** A call to Zoho failed. The message says what was asked and answered, without any record's content or any secret. */
public final class ZohoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ZohoFailure failure;

    ZohoException(String call, ZohoFailure failure, Throwable cause) {
        super("Zoho's " + call + " failed: " + words(failure), cause);
        this.failure = failure;
    }

    public ZohoFailure failure() {
        return failure;
    }

    /** A failure in plain words, Zoho's own where it gave any. */
    public static String words(ZohoFailure failure) {
        if (failure instanceof ZohoFailure.Permanent permanent) {
            return permanent.message().isEmpty() ? permanent.code() : permanent.code() + ": " + permanent.message();
        }
        if (failure instanceof ZohoFailure.Outage outage) {
            return outage.trouble().words();
        }
        return failure instanceof ZohoFailure.Gone ? "there is no such thing, or no longer" : failure.reason();
    }
}
