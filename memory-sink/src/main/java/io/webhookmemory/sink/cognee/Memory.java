package io.webhookmemory.sink.cognee;

import java.util.List;

/**
 * The agent's memory, as far as the sink needs it. Every call blocks and is bounded by a timeout. Thread-safe.
 *
 * <p>Any call may throw a {@link MemoryException}; after one whose outcome is unknown (a timeout, a broken connection)
 * the call may have taken effect, or not, or may still do so: see {@link #listSettled}.
 */
public interface Memory {

    /** Whether memory says that it can work now; never throws. */
    boolean isAvailable();

    /**
     * Makes a small call that needs what every call needs: the address, the credentials, a memory that works.
     *
     * @throws MemoryException where it fails, with a message for the operator: the address, without credentials, and what
     *     to check
     */
    default void check() {
        throw new UnsupportedOperationException("check");
    }

    /** Whether memory says that it could build a graph now; never throws. It asks its LLM, which costs money. */
    boolean canBuildGraphs();

    /** What the dataset holds, nothing where there is no such dataset. */
    List<StoredDocument> list(String dataset);

    /**
     * As {@link #list}, but not before all changes of the dataset that were asked for have been made or have failed, those
     * included whose caller has not waited for the answer or is gone: {@link #list} does not wait for them.
     */
    List<StoredDocument> listSettled(String dataset);

    /**
     * Returns when all changes of the dataset that were asked for before this call have been made or have failed, including
     * those whose caller has timed out or died. Cognee serializes changes of one dataset behind a lock; this call takes its
     * turn. Nothing is done where there is no such dataset.
     *
     * <p>Cognee has to read a call and to look at it before it takes its place in line. A call whose caller gave up while
     * Cognee was still at that may come after this one: on a very busy machine that took more than a second.
     */
    default void settle(String dataset) {
        throw new UnsupportedOperationException("settle");
    }

    /**
     * Adds documents in one call; the dataset is created with its first document. Documents of the same text are one
     * document in memory, as where they are added one by one.
     *
     * <p>A call that fails with a {@link MemoryException} may have taken any of the documents: one file that Cognee cannot
     * take fails the call, but not always the files beside it. Cognee 1.5 goes on with those after its response, and
     * {@link #settle} does not wait for them.
     *
     * @param documents at most 1,000, which is Cognee's limit
     * @throws IllegalArgumentException where two of them have the same file name
     */
    default AddResult add(String dataset, List<NewDocument> documents) {
        throw new UnsupportedOperationException("add");
    }

    /**
     * Whether {@code add} refuses other content under an existing file name and names the document in the way
     * ({@link AddResult.Conflict}): Cognee from 1.6 on. Where it does not, an earlier document is found only by listing.
     *
     * <p>Cognee looks for the name before it waits for the dataset's lock. While another call of unknown outcome is under
     * way, a missing conflict proves nothing: call {@link #settle} first.
     */
    default boolean namesConflicts() {
        throw new UnsupportedOperationException("namesConflicts");
    }

    /**
     * Adds a document; the dataset comes to be with its first one.
     *
     * @return the id under which memory holds the document; the same id where the very same text was there already
     */
    String add(String dataset, NewDocument document);

    /** Removes a document; one that is not there counts as removed. */
    void delete(String dataset, String dataId);

    /** Removes a dataset with all that is in it; one that is not there counts as removed. */
    void deleteDataset(String dataset);

    /**
     * Builds the dataset's graph from its documents. May take many minutes.
     *
     * @return false where there was nothing to build, and the LLM was not needed
     */
    boolean cognify(String dataset);
}
