package io.webhookmemory.zoho.crm;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.topics.event.CrmId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How Zoho's records are linked to their accounts.
 *
 * <p>A contact or a deal names its account. A task, meeting, call or note is linked to a parent of any module. If the
 * parent is an account, its id is the account. If the parent is a deal or a contact, that record's account is the
 * account. An id that is not a {@link CrmId} links to nothing.
 */
public final class AccountLinks {
    static final String ACCOUNTS = "Accounts";
    private static final String ACCOUNT_NAME = "Account_Name";
    private static final String WHO = "Who_Id";
    /** The links of a record to others whose account may be its own. */
    private static final List<String> LINKS = List.of("What_Id", "Parent_Id", WHO);

    /** Without any field configured. */
    public static final AccountLinks DEFAULTS = new AccountLinks(Map.of());

    private final Map<String, String> configured;

    /** @param configured by module, the field that names the account of its records, in place of the default one */
    public AccountLinks(Map<String, String> configured) {
        this.configured = Map.copyOf(configured);
    }

    /**
     * The account that a record itself names.
     *
     * @param record the whole record as known
     */
    public Optional<String> named(String module, String recordId, JsonNode record) {
        if (ACCOUNTS.equals(module)) {
            return CrmId.of(recordId);
        }
        String field = field(module);
        JsonNode link = record.path(field);
        // What_Id and the like refer to records of any module, other fields to accounts only.
        return !LINKS.contains(field) || ACCOUNTS.equals(parentModule(link, record)) ? id(link) : Optional.empty();
    }

    /** The field by which a module's records name their account, or the parent that may have one. */
    public String field(String module) {
        String field = configured.get(module);
        return field == null ? defaultField(module) : field;
    }

    private static String defaultField(String module) {
        return switch (module) {
            case "Tasks", "Events", "Calls", "Activities" -> "What_Id";
            case "Notes" -> "Parent_Id";
            default -> ACCOUNT_NAME;
        };
    }

    /**
     * A linked record whose account may be the record's own.
     *
     * @param module empty if it is unknown
     */
    public record Relative(String module, String recordId) {}

    /** A record's relatives; the first that has an account counts. */
    public List<Relative> relatives(JsonNode record) {
        List<Relative> relatives = new ArrayList<>();
        for (String link : LINKS) {
            id(record.path(link)).ifPresent(id -> relatives.add(new Relative(module(link, record), id)));
        }
        return relatives;
    }

    /** All fields by which a module's records may be linked to an account. */
    public List<String> fields(String module) {
        List<String> fields = new ArrayList<>();
        fields.add(field(module));
        for (String link : LINKS) {
            if (!fields.contains(link)) {
                fields.add(link);
            }
        }
        return fields;
    }

    /** Whether a record says what it is linked to, which may be nothing. */
    public boolean saysLinks(String module, JsonNode record) {
        return fields(module).stream().anyMatch(record::has);
    }

    /** Whether one of a record's links has an id that is none. */
    public boolean hasBadLink(String module, JsonNode record) {
        for (String link : fields(module)) {
            String id = record.path(link).path("id").asText("");
            if (!id.isEmpty() && !CrmId.isValid(id)) {
                return true;
            }
        }
        return false;
    }

    private static String module(String link, JsonNode record) {
        return link.equals(WHO) ? "Contacts" : parentModule(record.path(link), record);
    }

    /**
     * The module of the record that a reference points to; empty if it is unknown. Zoho's v8 notes have it within the
     * reference, older shapes beside it.
     */
    private static String parentModule(JsonNode parent, JsonNode record) {
        JsonNode module = parent.path("module");
        if (module.isTextual()) {
            return module.asText();
        }
        return module.path("api_name").asText(record.path("$se_module").asText());
    }

    private static Optional<String> id(JsonNode reference) {
        return CrmId.of(reference.path("id").asText(""));
    }
}
