package io.webhookmemory.processor.record;

/**
 * What a parent has told its children: its account.
 *
 * @param known false while nothing is known of the parent, or of its account
 * @param account null if it has none, or none is known
 */
public record Told(boolean known, String account) {
    public static final Told UNKNOWN = new Told(false, null);
}
