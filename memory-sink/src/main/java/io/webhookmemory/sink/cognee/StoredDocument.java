package io.webhookmemory.sink.cognee;

/**
 * A document that memory holds.
 *
 * @param dataId memory's id of it
 * @param name the file name without its ending
 * @param metadata null where the document was not written by this sink
 */
public record StoredDocument(String dataId, String name, DocumentMetadata metadata) {}
