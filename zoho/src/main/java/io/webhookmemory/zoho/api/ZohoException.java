package io.webhookmemory.zoho.api;

/** A call to Zoho failed. The message names the call and the response, without record content or secrets. */
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

    /** Describes a failure, in Zoho's own words if there are any. */
    public static String words(ZohoFailure failure) {
        if (failure instanceof ZohoFailure.Permanent permanent) {
            return permanent.message().isEmpty() ? permanent.code() : permanent.code() + ": " + permanent.message();
        }
        if (failure instanceof ZohoFailure.Outage outage) {
            return outage.trouble().words();
        }
        return failure instanceof ZohoFailure.Gone ? "it does not exist, or no longer" : failure.reason();
    }
}
