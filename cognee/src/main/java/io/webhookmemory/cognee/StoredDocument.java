package io.webhookmemory.cognee;

/**
 * A document that memory holds.
 *
 * @param dataId memory's id of it
 * @param name the file name without its extension
 * @param metadata null if another application wrote the document
 */
public record StoredDocument(String dataId, String name, DocumentMetadata metadata) {}
