package io.webhookmemory.admin.deadletter;

import java.time.Instant;

/**
 * Says that a dead letter has been dealt with: the value on {@code memory.sync.dlt.handled}, keyed by the letter's id.
 *
 * @param action what was done with it
 * @param at when
 */
public record Mark(String action, Instant at) {
    public static final String REDRIVEN = "redriven";
    public static final String DISCARDED = "discarded";
}
