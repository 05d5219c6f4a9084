package io.webhookmemory.service.management;

/**
 * What one part of a service says of itself.
 *
 * @param detail why it is not up, in plain words; null when it is
 */
public record ComponentHealth(Status status, String detail) {
    public static final ComponentHealth UP = new ComponentHealth(Status.UP, null);

    public enum Status {
        UP,
        /** Works, with less than it should; still ready. */
        DEGRADED,
        /** Cannot do its duty; not ready. */
        DOWN
    }

    public static ComponentHealth degraded(String detail) {
        return new ComponentHealth(Status.DEGRADED, detail);
    }

    public static ComponentHealth down(String detail) {
        return new ComponentHealth(Status.DOWN, detail);
    }
}
