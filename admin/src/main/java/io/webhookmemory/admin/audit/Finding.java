package io.webhookmemory.admin.audit;

/**
 * One difference.
 *
 * @param module null for a dataset
 * @param recordId null for a dataset
 * @param dataset null if no document is involved
 * @param detail for the operator, without record content
 */
public record Finding(Drift drift, String module, String recordId, String dataset, String detail) {}
