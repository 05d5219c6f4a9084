package io.webhookmemory.topics.event;

import java.util.List;
import java.util.Optional;

/**
 * The id of a CRM record: of the record itself, its account or its parent. Ids become Kafka keys, dataset names, file
 * names and parts of URLs, so one pattern holds wherever an id enters.
 *
 * <p>Zoho's ids have up to 20 digits. Letters, {@code _} and {@code -} are allowed too, for ids of other systems that are
 * synchronised through Zoho; 64 characters are enough for these and short enough for every name an id becomes part of.
 * The words that templates write where there is no id are reserved. {@code none} among them names the dataset of records
 * without an account by default.
 */
public final class CrmId {
    private static final int MAX_LENGTH = 64;
    private static final List<String> RESERVED = List.of("none", "null", "undefined");

    private CrmId() {}

    /** @param text nullable */
    public static boolean isValid(String text) {
        if (text == null || text.isEmpty() || text.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!isAllowed(text.charAt(i))) {
                return false;
            }
        }
        return !isReserved(text);
    }

    private static boolean isReserved(String text) {
        for (String word : RESERVED) {
            if (word.equalsIgnoreCase(text)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAllowed(char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
    }

    /**
     * Reads an id.
     *
     * @param text nullable
     * @return empty if the text is no id
     */
    public static Optional<String> of(String text) {
        return Optional.ofNullable(text).filter(CrmId::isValid);
    }
}
