package io.webhookmemory.e2e.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A record as its sender knows it. Each of its three fields contains a text that no other change of any record sets, so that a
 * document says which changes it shows. Not thread-safe.
 */
final class CrmRecord {
    static final Set<String> FIELDS = Set.of("Field_A", "Field_B", "Field_C");
    static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<String, String> NAME_FIELDS = Map.of(
            "Accounts", "Account_Name",
            "Contacts", "Full_Name",
            "Deals", "Deal_Name",
            "Tasks", "Subject",
            "Notes", "Note_Title");

    private final String module;
    private final String id;
    private final Map<String, String> texts = new TreeMap<>();
    private String account;
    private boolean present;

    /** @param account ignored for accounts, which are their own */
    CrmRecord(String module, String id, String account) {
        this.module = module;
        this.id = id;
        this.account = isAccount() ? id : account;
    }

    static Set<String> modules() {
        return NAME_FIELDS.keySet();
    }

    String module() {
        return module;
    }

    String id() {
        return id;
    }

    boolean isPresent() {
        return present;
    }

    boolean isAccount() {
        return module.equals("Accounts");
    }

    void setPresent(boolean value) {
        present = value;
    }

    void moveTo(String newAccount) {
        account = newAccount;
    }

    /** @param text null clears the field */
    void set(String field, String text) {
        if (text == null) {
            texts.remove(field);
        } else {
            texts.put(field, text);
        }
    }

    /** The whole record. */
    ObjectNode data() {
        ObjectNode data = identified().put(NAME_FIELDS.get(module), module + " " + id);
        texts.forEach(data::put);
        if (!isAccount()) {
            link(data);
        }
        return data;
    }

    /** The record without fields. */
    ObjectNode identified() {
        return JSON.createObjectNode().put("id", id);
    }

    /** The reference to the account, in the form that the module has. */
    void link(ObjectNode data) {
        ObjectNode reference =
                JSON.createObjectNode().put("name", "Account " + account).put("id", account);
        switch (module) {
            case "Tasks" -> data.put("$se_module", "Accounts").set("What_Id", reference);
            case "Notes" -> {
                reference.putObject("module").put("api_name", "Accounts");
                data.set("Parent_Id", reference);
            }
            default -> data.set("Account_Name", reference);
        }
    }

    String documentName() {
        return module + "_" + id;
    }

    /** What memory must hold of it; empty if it is deleted. */
    Optional<ExpectedDocument> document() {
        return present
                ? Optional.of(new ExpectedDocument("account_" + account, new TreeSet<>(texts.values())))
                : Optional.empty();
    }
}
