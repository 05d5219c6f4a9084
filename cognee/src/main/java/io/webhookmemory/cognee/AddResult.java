package io.webhookmemory.cognee;

import java.util.List;

/**
 * The result of an add call: it took all documents or, on a conflict, none. A call that failed otherwise may have taken
 * any of them.
 */
public sealed interface AddResult {

    /**
     * Memory holds all the documents.
     *
     * @param dataIds one for each document, in the order of the call; that of the existing document if memory already
     *     held the same text
     */
    record Added(List<String> dataIds) implements AddResult {
        public Added {
            dataIds = List.copyOf(dataIds);
        }
    }

    /**
     * Memory took none of the documents, because it holds other content under the file name of at least one of them
     * (Cognee from 1.6 on: 409 {@code DocumentUpdateRequiredError}). Delete these documents, then add again.
     *
     * @param dataIds the documents in the way, never empty; those of the whole call, as far as the response names them
     */
    record Conflict(List<String> dataIds) implements AddResult {
        public Conflict {
            dataIds = List.copyOf(dataIds);
        }
    }
}
