package io.webhookmemory.zoho.crm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.zoho.crm.AccountLinks.Relative;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountLinksTest {
    private static final AccountLinks LINKS = AccountLinks.DEFAULTS;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "Accounts  |{}                                                              |77",
                "Contacts  |{'Account_Name':{'id':'5','name':'A'}}                          |5",
                "Deals     |{'Account_Name':{'id':5725767000003000064}}                     |5725767000003000064",
                "Deals     |{'Account_Name':null}                                           |-",
                "Deals     |{'Account_Name':{'id':''}}                                      |-",
                "Tasks     |{'What_Id':{'id':'5'},'$se_module':'Accounts'}                  |5",
                "Tasks     |{'What_Id':{'id':'5','module':'Accounts'}}                      |5",
                "Events    |{'What_Id':{'id':'deal'},'$se_module':'Deals'}                  |-",
                "Calls     |{'Who_Id':{'id':'contact'}}                                     |-",
                "Notes     |{'Parent_Id':{'id':'5','module':{'api_name':'Accounts'}}}       |5",
                "Notes     |{'Parent_Id':{'id':'5'},'$se_module':'Accounts'}                |5",
                "Notes     |{'Parent_Id':{'id':'deal','module':{'api_name':'Deals'}}}       |-",
                "Leads     |{}                                                              |-",
                "Quotes    |{'Account_Name':{'id':'5','name':'A'}}                          |5",
                "CustomModule1|{'Account_Name':{'id':'5','name':'A'}}                       |5",
            })
    void a_record_names_its_account_by_its_modules_field(String module, String record, String account)
            throws Exception {
        assertThat(LINKS.named(module.strip(), "77", json(record)).orElse(null)).isEqualTo(account);
    }

    @Test
    void a_configured_field_names_the_account_in_place_of_the_default_one() throws Exception {
        AccountLinks links = new AccountLinks(Map.of("Machines", "Owner_Account"));
        JsonNode machine = json("{'Owner_Account':{'id':'5','name':'A'},'Account_Name':{'id':'6','name':'B'}}");

        assertThat(links.named("Machines", "77", machine)).contains("5");
        assertThat(links.named("CustomModule1", "77", machine)).contains("6");
        assertThat(links.fields("Machines")).startsWith("Owner_Account").doesNotContain("Account_Name");
        assertThat(links.saysLinks("Machines", json("{'Owner_Account':null}"))).isTrue();
        assertThat(links.saysLinks("Machines", json("{'Account_Name':null}"))).isFalse();
        assertThat(links.hasBadLink("Machines", json("{'Owner_Account':{'id':'../x'}}")))
                .isTrue();
    }

    @Test
    void a_configured_field_may_be_one_that_refers_to_records_of_any_module() throws Exception {
        AccountLinks links = new AccountLinks(Map.of("Visits", "What_Id"));

        assertThat(links.named("Visits", "77", json("{'What_Id':{'id':'5'},'$se_module':'Accounts'}")))
                .contains("5");
        assertThat(links.named("Visits", "77", json("{'What_Id':{'id':'5'},'$se_module':'Deals'}")))
                .isEmpty();
    }

    @Test
    void the_relatives_are_what_a_record_is_linked_to_with_their_modules() throws Exception {
        JsonNode record = json("{'Who_Id':{'id':'contact'},'What_Id':{'id':'deal'},'$se_module':'Deals',"
                + "'Parent_Id':{'id':'task','module':{'api_name':'Tasks'}}}");

        assertThat(LINKS.relatives(record))
                .containsExactly(
                        new Relative("Deals", "deal"),
                        new Relative("Tasks", "task"),
                        new Relative("Contacts", "contact"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "/etc/passwd", "a\\nb", "../x", "x.y"})
    void an_id_that_is_none_links_to_nothing(String id) throws Exception {
        JsonNode contact = json("{'Account_Name':{'id':'" + id + "'}}");
        JsonNode task = json("{'What_Id':{'id':'" + id + "'},'$se_module':'Accounts'}");

        assertThat(LINKS.named("Contacts", "77", contact)).isEmpty();
        assertThat(LINKS.named("Tasks", "77", task)).isEmpty();
        assertThat(LINKS.relatives(task)).isEmpty();
        assertThat(LINKS.hasBadLink("Contacts", contact)).isTrue();
        assertThat(LINKS.hasBadLink("Tasks", task)).isTrue();
    }

    @Test
    void a_good_link_or_none_is_no_bad_link() throws Exception {
        assertThat(LINKS.hasBadLink("Contacts", json("{'Account_Name':{'id':'5'}}")))
                .isFalse();
        assertThat(LINKS.hasBadLink("Accounts", json("{'Account_Name':'none'}")))
                .isFalse();
        assertThat(LINKS.hasBadLink("Tasks", json("{'What_Id':null,'Who_Id':{'id':''}}")))
                .isFalse();
    }

    private static JsonNode json(String text) throws Exception {
        return Json.MAPPER.readTree(text.replace('\'', '"'));
    }
}
