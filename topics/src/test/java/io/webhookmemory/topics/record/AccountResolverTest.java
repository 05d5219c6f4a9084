package io.webhookmemory.topics.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.service.json.Json;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.record.AccountResolver.Resolution;
import io.webhookmemory.topics.record.AccountResolver.Source;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountResolverTest {
    /** A deal and a contact of account A9, and record 1 itself of account A1. */
    private static final Map<String, DirectoryEntry> DIRECTORY =
            Map.of("deal", entry("A9"), "contact", entry("A8"), "1", entry("A1"), "orphan", entry(null));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "Accounts  |{}                                                              |77|PAYLOAD",
                "Contacts  |{'Account_Name':{'id':'5','name':'A'}}                          |5 |PAYLOAD",
                "Deals     |{'Account_Name':{'id':5725767000003000064}}                     |5725767000003000064|PAYLOAD",
                "Deals     |{'Account_Name':null}                                           |- |UNRESOLVED",
                "Deals     |{'Account_Name':{'id':''}}                                      |- |UNRESOLVED",
                "Tasks     |{'What_Id':{'id':'5'},'$se_module':'Accounts'}                  |5 |PAYLOAD",
                "Tasks     |{'What_Id':{'id':'5','module':'Accounts'}}                      |5 |PAYLOAD",
                "Events    |{'What_Id':{'id':'deal'},'$se_module':'Deals'}                  |A9|DIRECTORY",
                "Calls     |{'Who_Id':{'id':'contact'}}                                     |A8|DIRECTORY",
                "Calls     |{'What_Id':{'id':'lead'},'$se_module':'Leads','Who_Id':{'id':'contact'}}|A8|DIRECTORY",
                "Activities|{'What_Id':{'id':'unknown'},'$se_module':'Deals'}               |- |UNRESOLVED",
                "Notes     |{'Parent_Id':{'id':'5','module':{'api_name':'Accounts'}}}       |5 |PAYLOAD",
                "Notes     |{'Parent_Id':{'id':'5'},'$se_module':'Accounts'}                |5 |PAYLOAD",
                "Notes     |{'Parent_Id':{'id':'deal','module':{'api_name':'Deals'}}}       |A9|DIRECTORY",
                "Notes     |{'Parent_Id':{'id':'orphan','module':{'api_name':'Deals'}}}     |- |UNRESOLVED",
                "Leads     |{}                                                              |- |UNRESOLVED",
            })
    void the_account_is_found_in_the_record_or_through_its_parent(
            String module, String record, String account, Source source) throws Exception {
        assertThat(resolve(module.strip(), "77", record)).isEqualTo(new Resolution(account, source));
    }

    @ParameterizedTest
    @CsvSource({"Deals", "Tasks", "Notes"})
    void what_a_delete_does_not_say_the_directory_knows(String module) throws Exception {
        assertThat(resolve(module, "1", "{}")).isEqualTo(new Resolution("A1", Source.DIRECTORY));
    }

    private static Resolution resolve(String module, String recordId, String record) throws Exception {
        return AccountResolver.resolve(
                module, recordId, Json.MAPPER.readTree(record.replace('\'', '"')), DIRECTORY::get);
    }

    private static DirectoryEntry entry(String account) {
        return new DirectoryEntry("Deals", account, "d", "id", "sha", Instant.EPOCH);
    }
}
