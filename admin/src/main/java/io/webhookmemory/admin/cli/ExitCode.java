package io.webhookmemory.admin.cli;

/** What the process ends with. An interrupted run ends with the shell's own 130 (Ctrl-C) or 143 (SIGTERM). */
public final class ExitCode {
    /** Done. */
    public static final int OK = 0;
    /**
     * Topics differ; a letter that was named is not there or does not wait any more; letters were left because of the loop
     * guard or because nobody can read them.
     */
    public static final int LEFT = 1;
    /** Wrong use or settings; nothing was done. */
    public static final int BAD_USE = 2;
    /** Kafka cannot be reached or refused. What was committed before stays. */
    public static final int KAFKA = 3;

    /** An error that nobody thought of, told with its stack trace; {@code EX_SOFTWARE} of sysexits. */
    public static final int UNEXPECTED = 70;

    private ExitCode() {}
}
