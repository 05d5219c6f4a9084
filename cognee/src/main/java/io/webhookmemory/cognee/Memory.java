package io.webhookmemory.cognee;

import java.util.List;

/**
 * The agent's memory, as far as the pipeline needs it. Every call blocks and is bounded by a timeout. Thread-safe.
 *
 * <p>Any call may throw a {@link MemoryException}. If its outcome is unknown (a timeout, a broken connection), the call
 * may have taken effect, or not, or may still do so: see {@link #settle}.
 */
public interface Memory {

    /**
     * The documents of the dataset; empty if there is no such dataset. Does not wait for changes whose caller has timed out
     * or died: call {@link #settle} first where they matter.
     */
    List<StoredDocument> list(String dataset);

    /**
     * Returns when all changes of the dataset that were requested before this call have been made or have failed,
     * including those whose caller has timed out or died. Cognee serializes changes of one dataset behind a lock; this
     * call waits for it. Does nothing if there is no such dataset.
     *
     * <p>Cognee reads and validates a call before it waits for the lock. A call whose caller timed out during that
     * phase may take effect after this one returns: on a very busy machine the phase took more than a second.
     */
    void settle(String dataset);

    /**
     * Adds documents in one call; the dataset is created with its first document. Documents with the same text are one
     * document in memory, as if they were added one by one.
     *
     * <p>A call that fails with a {@link MemoryException} may have taken any of the documents: a file that Cognee
     * cannot process fails the call, but not always the other files. Cognee 1.5 continues with those after its
     * response, and {@link #settle} does not wait for them.
     *
     * @param documents at most 1,000, which is Cognee's limit
     * @throws IllegalArgumentException if two of them have the same file name
     */
    AddResult add(String dataset, List<NewDocument> documents);

    /**
     * Whether {@code add} refuses other content under an existing file name and names the conflicting document ({@link
     * AddResult.Conflict}): Cognee from 1.6 on. Otherwise an earlier document is found only by listing.
     *
     * <p>Cognee looks for the name before it waits for the dataset's lock. While another call of unknown outcome is in
     * progress, the absence of a conflict proves nothing: call {@link #settle} first.
     */
    boolean namesConflicts();

    /** Removes a document; does nothing if it does not exist. */
    void delete(String dataset, String dataId);

    /** Removes a dataset with all its contents; does nothing if it does not exist. */
    void deleteDataset(String dataset);

    /**
     * Builds the dataset's graph from its documents. May take many minutes.
     *
     * @return false if there was nothing to build, and the LLM was not used
     */
    boolean cognify(String dataset);
}
