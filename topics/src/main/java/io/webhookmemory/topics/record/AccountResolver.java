package io.webhookmemory.topics.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.topics.event.DirectoryEntry;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Finds the account a record belongs to: from the record itself where it names one, else from the directory.
 *
 * <p>A task, meeting, call or note hangs on a parent of any module; only where the parent is an account is its id the
 * answer, and where it is a deal or a contact the directory knows that one's account.
 */
public final class AccountResolver {
    private static final String ACCOUNTS = "Accounts";
    private static final String ACCOUNT_NAME = "Account_Name";
    private static final String WHO = "Who_Id";
    /** By which a record hangs on others, or is about somebody. */
    private static final List<String> LINKS = List.of("What_Id", "Parent_Id", WHO);

    private AccountResolver() {}

    /** How an account was found; the names are metric tags. */
    public enum Source {
        PAYLOAD,
        DIRECTORY,
        UNRESOLVED
    }

    /** @param accountId null where unresolved */
    public record Resolution(String accountId, Source source) {
        private static final Resolution UNRESOLVED = new Resolution(null, Source.UNRESOLVED);
    }

    /**
     * Resolves a record's account.
     *
     * @param record the whole record as known
     * @param directory gives a record id's entry, or null
     */
    public static Resolution resolve(
            String module, String recordId, JsonNode record, Function<String, DirectoryEntry> directory) {
        String link = link(module);
        Optional<String> named;
        if (ACCOUNTS.equals(module)) {
            named = Optional.of(recordId);
        } else if (ACCOUNT_NAME.equals(link)) {
            named = id(record.path(link));
        } else {
            named = parentAccount(record.path(link), record);
        }
        return named.map(account -> new Resolution(account, Source.PAYLOAD))
                .or(() -> Stream.concat(relatives(record).stream().map(Relative::recordId), Stream.of(recordId))
                        .flatMap(known -> accountOf(known, directory).stream())
                        .findFirst()
                        .map(account -> new Resolution(account, Source.DIRECTORY)))
                .orElse(Resolution.UNRESOLVED);
    }

    /** The field by which a module's records name their account, or what they hang on that may have one. */
    public static String link(String module) {
        return switch (module) {
            case "Tasks", "Events", "Calls", "Activities" -> "What_Id";
            case "Notes" -> "Parent_Id";
            default -> ACCOUNT_NAME;
        };
    }

    /**
     * A record whose account is also that of one that hangs on it, or is about it.
     *
     * @param module empty where it goes unsaid
     */
    public record Relative(String module, String recordId) {}

    /** A record's relatives; the first that has an account counts. */
    public static List<Relative> relatives(JsonNode record) {
        return LINKS.stream()
                .flatMap(link -> id(record.path(link)).map(id -> new Relative(module(link, record), id)).stream())
                .toList();
    }

    /** Whether a record says whom it belongs to or hangs on, and be it nobody. */
    public static boolean saysLinks(JsonNode record) {
        return record.has(ACCOUNT_NAME) || LINKS.stream().anyMatch(record::has);
    }

    private static String module(String link, JsonNode record) {
        return link.equals(WHO) ? "Contacts" : parentModule(record.path(link), record);
    }

    private static Optional<String> parentAccount(JsonNode parent, JsonNode record) {
        return ACCOUNTS.equals(parentModule(parent, record)) ? id(parent) : Optional.empty();
    }

    /**
     * The module of the record that a reference points to; empty where it goes unsaid. Zoho's v8 notes carry it within the
     * reference, older shapes beside it.
     */
    private static String parentModule(JsonNode parent, JsonNode record) {
        JsonNode module = parent.path("module");
        if (module.isTextual()) {
            return module.asText();
        }
        return module.path("api_name").asText(record.path("$se_module").asText());
    }

    private static Optional<String> accountOf(String recordId, Function<String, DirectoryEntry> directory) {
        return Optional.ofNullable(directory.apply(recordId)).map(DirectoryEntry::accountId);
    }

    private static Optional<String> id(JsonNode reference) {
        return Optional.of(reference.path("id").asText("")).filter(id -> !id.isEmpty());
    }
}
