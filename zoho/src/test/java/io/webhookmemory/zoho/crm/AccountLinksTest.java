package io.webhookmemory.zoho.crm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.zoho.crm.AccountLinks.Relative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountLinksTest {
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
            })
    void a_record_names_its_account_by_its_modules_field(String module, String record, String account)
            throws Exception {
        assertThat(AccountLinks.named(module.strip(), "77", json(record)).orElse(null))
                .isEqualTo(account);
    }

    @Test
    void the_relatives_are_what_a_record_is_linked_to_with_their_modules() throws Exception {
        JsonNode record = json("{'Who_Id':{'id':'contact'},'What_Id':{'id':'deal'},'$se_module':'Deals',"
                + "'Parent_Id':{'id':'task','module':{'api_name':'Tasks'}}}");

        assertThat(AccountLinks.relatives(record))
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

        assertThat(AccountLinks.named("Contacts", "77", contact)).isEmpty();
        assertThat(AccountLinks.named("Tasks", "77", task)).isEmpty();
        assertThat(AccountLinks.relatives(task)).isEmpty();
        assertThat(AccountLinks.hasBadLink("Contacts", contact)).isTrue();
        assertThat(AccountLinks.hasBadLink("Tasks", task)).isTrue();
    }

    @Test
    void a_good_link_or_none_is_no_bad_link() throws Exception {
        assertThat(AccountLinks.hasBadLink("Contacts", json("{'Account_Name':{'id':'5'}}")))
                .isFalse();
        assertThat(AccountLinks.hasBadLink("Accounts", json("{'Account_Name':'none'}")))
                .isFalse();
        assertThat(AccountLinks.hasBadLink("Tasks", json("{'What_Id':null,'Who_Id':{'id':''}}")))
                .isFalse();
    }

    private static JsonNode json(String text) throws Exception {
        return Json.MAPPER.readTree(text.replace('\'', '"'));
    }
}
