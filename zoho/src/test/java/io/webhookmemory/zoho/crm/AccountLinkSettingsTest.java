package io.webhookmemory.zoho.crm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.InvalidSettingsException;
import io.webhookmemory.service.config.SettingsReader;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountLinkSettingsTest {

    @Test
    void unless_configured_every_module_has_its_default_field() {
        AccountLinks links = read("", "Accounts,Tasks,Notes,Quotes,CustomModule1");

        assertThat(links.field("Tasks")).isEqualTo("What_Id");
        assertThat(links.field("Notes")).isEqualTo("Parent_Id");
        assertThat(links.field("Quotes")).isEqualTo("Account_Name");
        assertThat(links.field("CustomModule1")).isEqualTo("Account_Name");
    }

    @Test
    void a_field_is_configured_for_each_module_that_is_named() {
        AccountLinks links = read("Quotes:Account_Name, Machines:Owner_Account", "Accounts,Quotes,Machines,Tasks");

        assertThat(links.field("Machines")).isEqualTo("Owner_Account");
        assertThat(links.field("Quotes")).isEqualTo("Account_Name");
        assertThat(links.field("Tasks")).isEqualTo("What_Id");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Machines                               |Machines is none",
                "Machines=Owner_Account                 |Machines=Owner_Account is none",
                "Machines:Owner Account                 |Machines:Owner Account is none",
                "Machines:                              |Machines: is none",
                "Leads:Company_Account                  |has Leads, WEBHOOK_MODULES has not",
                "Accounts:Parent_Account                |an account belongs to itself",
                "Machines:Owner_Account,Machines:Payer  |has Machines twice",
            })
    void what_cannot_be_meant_is_a_problem_that_names_it(String value, String problem) {
        assertThatThrownBy(() -> read(value, "Accounts,Machines"))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("WEBHOOK_ACCOUNT_FIELDS")
                .hasMessageContaining(problem);
    }

    private static AccountLinks read(String fields, String modules) {
        SettingsReader reader = new SettingsReader(
                new Environment(Map.of("WEBHOOK_ACCOUNT_FIELDS", fields, "WEBHOOK_MODULES", modules)));
        AccountLinks links = AccountLinkSettings.read(reader);
        reader.finish();
        return links;
    }
}
