package io.webhookmemory.service.management;

/**
 * The health of one component of a service.
 *
 * @param detail why it is not up, for the operator; if it is up, additional information or null
 */
public record ComponentHealth(Status status, String detail) {
    public static final ComponentHealth UP = new ComponentHealth(Status.UP, null);

    public enum Status {
        UP(0),
        /** Works with limits; still ready. */
        DEGRADED(1),
        /** Does not work; not ready. */
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
