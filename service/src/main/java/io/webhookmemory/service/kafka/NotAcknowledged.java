package io.webhookmemory.service.kafka;

/** Kafka did not acknowledge a webhook in time, or too many records were waiting; the sender has to send it again. */
public final class NotAcknowledged extends RuntimeException {
    /** The reason if too many events are already waiting. */
    public static final String WINDOW_FULL = "window_full";

    private static final long serialVersionUID = 1L;

    private final String reason;

    /** @param reason a short stable word for the metric */
    NotAcknowledged(String reason, Throwable cause) {
        super(reason, cause);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
