package io.webhookmemory.zoho.api;

import io.webhookmemory.testkit.zoho.ZohoDouble;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * The contract, held against the double and, where {@code ZOHO_CONTRACT_REFRESH_TOKEN} is set, with {@code
 * ZOHO_CONTRACT_CLIENT_ID}, {@code ZOHO_CONTRACT_CLIENT_SECRET} and {@code ZOHO_CONTRACT_REGION}, against that
 * organisation.
 */
class ZohoContractIT {

    @Nested
    class The_double extends ZohoContract {
        private final ZohoDouble server = ZohoDouble.start();

        @Override
        Map<String, String> variables() {
            return server.variables();
        }

        @Override
        void release() {
            server.close();
        }
    }

    @Nested
    @EnabledIfEnvironmentVariable(named = "ZOHO_CONTRACT_REFRESH_TOKEN", matches = ".+")
    class A_real_organisation extends ZohoContract {

        @Override
        Map<String, String> variables() {
            Map<String, String> variables = new HashMap<>();
            for (String name :
                    new String[] {"CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN", "REGION", "ACCOUNTS_URL", "API_URL"}) {
                String value = System.getenv("ZOHO_CONTRACT_" + name);
                if (value != null) {
                    variables.put("ZOHO_" + name, value);
                }
            }
            return variables;
        }
    }
}
