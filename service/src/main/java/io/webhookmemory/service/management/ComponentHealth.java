package io.webhookmemory.service.management;

/**
 * What one part of a service says of itself.
 *
 * @param detail why it is not up, in plain words; where it is, what is worth knowing, or null
 */
public record ComponentHealth(Status status, String detail) {
    public static final ComponentHealth UP = new ComponentHealth(Status.UP, null);

    public enum Status {
        UP(0),
        /** Works, with less than it should; still ready. */
        DEGRADED(1),
        /** Cannot do its duty; not ready. */
        DOWN(2);

        private final int number;

        Status(int number) {
            this.number = number;
        }

        /** The value of the metric. */
        int number() {
            return number;
        }
    }

    public static ComponentHealth up(String detail) {
        return new ComponentHealth(Status.UP, detail);
    }

    public static ComponentHealth degraded(String detail) {
        return new ComponentHealth(Status.DEGRADED, detail);
    }

    public static ComponentHealth down(String detail) {
        return new ComponentHealth(Status.DOWN, detail);
    }
}
