package io.webhookmemory.admin.cli;

/** The exit codes. An interrupted run ends with the shell's own 130 (Ctrl-C) or 143 (SIGTERM). */
public final class ExitCode {
    /** Done. */
    public static final int OK = 0;
    /**
     * Topics differ; a dead letter named by id does not exist or was handled before; dead letters were left because of
     * the redrive limit or because they are unreadable; a traced record or event was not seen.
     */
    public static final int LEFT = 1;
    /** Wrong use or settings; nothing was done. */
    public static final int BAD_USE = 2;
    /** Kafka cannot be reached or refuses. What was committed before stays. */
    public static final int KAFKA = 3;

    /** An unexpected error, printed with its stack trace; {@code EX_SOFTWARE} of sysexits. */
    public static final int UNEXPECTED = 70;

    private ExitCode() {}
}
