package io.webhookmemory.cognee;

import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.testkit.cognee.CogneeVersion;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * The contract, held against the double and, where {@code COGNEE_CONTRACT_URL} is set, against the Cognee there, with
 * {@code COGNEE_CONTRACT_API_KEY} or {@code COGNEE_CONTRACT_USERNAME} and {@code COGNEE_CONTRACT_PASSWORD} if it asks
 * for credentials.
 */
class CogneeContractIT {
    /** Long enough for other calls to come in meanwhile. */
    private static final Duration GRAPH = Duration.ofMillis(50);

    /** Two full pages of the largest size, and some. */
    private static final int SEVERAL_PAGES = 2_030;

    @Nested
    class The_double_as_1_6_5 extends CogneeContract {
        private final CogneeDouble server =
                CogneeDouble.start().version(CogneeVersion.V1_6).cognifyLatency(GRAPH);

        @Override
        Map<String, String> variables() {
            return Map.of("COGNEE_URL", server.url());
        }

        @Override
        int manyDocuments() {
            return SEVERAL_PAGES;
        }

        @Override
        void graphsTake(Duration time) {
            server.cognifyLatency(time);
        }

        @Override
        void release() {
            server.close();
        }
    }

    @Nested
    class The_double_as_1_6_0 extends CogneeContract {
        private final CogneeDouble server =
                CogneeDouble.start().version(CogneeVersion.V1_6_0).cognifyLatency(GRAPH);

        @Override
        Map<String, String> variables() {
            return Map.of("COGNEE_URL", server.url());
        }

        @Override
        int manyDocuments() {
            return SEVERAL_PAGES;
        }

        @Override
        void graphsTake(Duration time) {
            server.cognifyLatency(time);
        }

        @Override
        void release() {
            server.close();
        }
    }

    @Nested
    class The_double_as_1_5_with_login extends CogneeContract {
        private final CogneeDouble server = CogneeDouble.start()
                .version(CogneeVersion.V1_5)
                .cognifyLatency(GRAPH)
                .requireLogin("user@example.com", "pass word&more");

        @Override
        Map<String, String> variables() {
            return Map.of(
                    "COGNEE_URL",
                    server.url(),
                    "COGNEE_USERNAME",
                    "user@example.com",
                    "COGNEE_PASSWORD",
                    "pass word&more");
        }

        @Override
        int manyDocuments() {
            return SEVERAL_PAGES;
        }

        @Override
        void graphsTake(Duration time) {
            server.cognifyLatency(time);
        }

        @Override
        void release() {
            server.close();
        }
    }

    @Nested
    @EnabledIfEnvironmentVariable(named = "COGNEE_CONTRACT_URL", matches = "http.+")
    class A_running_Cognee extends CogneeContract {

        @Override
        Map<String, String> variables() {
            Map<String, String> variables = new HashMap<>();
            for (String name : new String[] {"URL", "API_KEY", "USERNAME", "PASSWORD"}) {
                String value = System.getenv("COGNEE_CONTRACT_" + name);
                if (value != null) {
                    variables.put("COGNEE_" + name, value);
                }
            }
            return variables;
        }
    }
}
