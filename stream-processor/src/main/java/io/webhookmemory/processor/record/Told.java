package io.webhookmemory.processor.record;

/**
 * What a parent has told its children: the account it belongs to.
 *
 * @param known false while nothing is known of the parent, or not whether it has an account
 * @param account null where it has none, or none is known
 */
public record Told(boolean known, String account) {
    public static final Told UNKNOWN = new Told(false, null);
}
