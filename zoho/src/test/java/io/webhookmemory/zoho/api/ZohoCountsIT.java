package io.webhookmemory.zoho.api;

import static io.webhookmemory.zoho.api.ZohoFixture.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.webhookmemory.zoho.api.ZohoFailure.Outage;
import io.webhookmemory.zoho.api.ZohoFailure.Permanent;
import io.webhookmemory.zoho.api.ZohoFailure.Trouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ZohoCountsIT {
    private final ZohoFixture zoho = new ZohoFixture();
    private final ZohoCounts counts = zoho.client().counts();

    @AfterEach
    void stop() {
        zoho.close();
    }

    @Test
    void living_records_are_counted_for_one_credit() {
        zoho.server.put("Deals", record("1"));
        zoho.server.put("Deals", record("2"));
        zoho.server.put("Deals", record("3"));
        zoho.server.delete("Deals", "2");

        assertThat(counts.records("Deals")).isEqualTo(2);
        assertThat(counts.records("Calls")).isZero();
        assertThat(zoho.server.creditsSpent()).isEqualTo(2);
    }

    @Test
    void a_module_that_is_not_counted_and_a_missing_scope_are_failures_of_their_own() {
        zoho.server.notesForAdministrators(true);
        assertThat(failure("Notes"))
                .isEqualTo(new Permanent("NOT_SUPPORTED", "the given module is not supported for count"));

        zoho.server.searchScope(false);
        assertThat(failure("Deals")).isEqualTo(new Outage(Trouble.SCOPE_MISSING));
    }

    private ZohoFailure failure(String module) {
        return catchThrowableOfType(ZohoException.class, () -> counts.records(module))
                .failure();
    }
}
