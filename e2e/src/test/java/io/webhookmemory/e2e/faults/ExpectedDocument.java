package io.webhookmemory.e2e.faults;

import java.util.SortedSet;

/**
 * What memory must hold of a record.
 *
 * @param texts of its fields, all of them and no other
 */
record ExpectedDocument(String dataset, SortedSet<String> texts) {}
