package io.webhookmemory.admin.transfer;

/** Reports the progress of a transfer. */
public interface Progress extends AutoCloseable {
    /** Reports nothing. */
    Progress SILENT = new Progress() {
        @Override
        public void begin(String task, long total) {}

        @Override
        public void at(long done, long sent) {}

        @Override
        public void close() {}
    };

    /** @param total records to read, an estimate: offsets without a record count too */
    void begin(String task, long total);

    /**
     * May be called at any rate.
     *
     * @param done part of the total
     * @param sent records written so far
     */
    void at(long done, long sent);

    @Override
    void close();
}
