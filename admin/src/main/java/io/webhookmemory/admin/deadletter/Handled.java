package io.webhookmemory.admin.deadletter;

import java.time.Instant;

/**
 * Says that a dead letter was handled: the value on {@code memory.sync.dlt.handled}, keyed by dead letter id.
 *
 * @param action what was done with it
 * @param at when
 */
public record Handled(String action, Instant at) {
    public static final String REDRIVEN = "redriven";
    public static final String DISCARDED = "discarded";
}
