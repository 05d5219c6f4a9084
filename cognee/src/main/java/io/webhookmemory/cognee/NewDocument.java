package io.webhookmemory.cognee;

/**
 * A document to be added.
 *
 * @param fileName {@code {Module}_{record_id}.txt}
 * @param text plain text, UTF-8 on the wire
 */
public record NewDocument(String fileName, String text, DocumentMetadata metadata) {

    /** Without the text: it is personal data. */
    @Override
    public String toString() {
        return "NewDocument[" + fileName + "]";
    }
}
