package io.webhookmemory.console.operation;

import java.util.List;
import java.util.Map;

/**
 * What was done, or in a preview would be.
 *
 * @param written records written
 * @param groupedBy what the counts are counts of: reason, module
 * @param notes what the operator must know besides, such as what was left
 * @param complete false if the work was stopped, or reached its maximum, with more to do
 */
public record Outcome(long written, String groupedBy, Map<String, Long> counts, List<String> notes, boolean complete) {}
