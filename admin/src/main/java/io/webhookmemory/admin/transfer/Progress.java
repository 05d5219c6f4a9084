package io.webhookmemory.admin.transfer;

/** Tells how far a transfer is. */
public interface Progress extends AutoCloseable {
    /** For nobody. */
    Progress SILENT = new Progress() {
        @Override
        public void begin(String task, long total) {}

        @Override
        public void at(long done, long sent) {}

        @Override
        public void close() {}
    };

    /** @param total records to be read, roughly: positions that hold no record count too */
    void begin(String task, long total);

    /**
     * To be called as often as one likes.
     *
     * @param done of the total
     * @param sent records written so far
     */
    void at(long done, long sent);

    @Override
    void close();
}
