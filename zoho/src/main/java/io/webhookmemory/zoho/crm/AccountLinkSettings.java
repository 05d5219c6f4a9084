package io.webhookmemory.zoho.crm;

import io.webhookmemory.service.catalogue.CatalogueConfiguration;
import io.webhookmemory.service.config.SettingsReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads which field of a module names the account; every service that finds accounts reads the same setting. */
public final class AccountLinkSettings {
    private static final String NAME = "WEBHOOK_ACCOUNT_FIELDS";
    private static final Pattern FIELD =
            Pattern.compile("(?<module>[A-Za-z][A-Za-z0-9_]{0,99}):(?<field>[A-Za-z][A-Za-z0-9_]{0,99})");

    private AccountLinkSettings() {}

    /**
     * Reads {@code WEBHOOK_ACCOUNT_FIELDS}, such as {@code Quotes:Account_Name,Machines:Owner_Account}; problems go to the
     * reader.
     */
    public static AccountLinks read(SettingsReader settings) {
        List<String> modules = CatalogueConfiguration.read(settings).modules();
        Map<String, String> fields = new HashMap<>();
        for (String entry : settings.list(NAME, List.of())) {
            Matcher parts = FIELD.matcher(entry);
            if (parts.matches()) {
                String module = parts.group("module");
                problem(module, modules, fields, settings);
                fields.put(module, parts.group("field"));
            } else {
                settings.problem(
                        NAME + " must hold Module:Field pairs, such as Machines:Owner_Account; " + entry + " is none");
            }
        }
        return new AccountLinks(fields);
    }

    private static void problem(
            String module, List<String> modules, Map<String, String> fields, SettingsReader settings) {
        if (module.equals(AccountLinks.ACCOUNTS)) {
            settings.problem(NAME + " must not have " + module + ": an account belongs to itself");
        } else if (!modules.contains(module)) {
            settings.problem(NAME + " has " + module + ", WEBHOOK_MODULES has not");
        } else if (fields.containsKey(module)) {
            settings.problem(NAME + " has " + module + " twice; one field names the account");
        }
    }
}
