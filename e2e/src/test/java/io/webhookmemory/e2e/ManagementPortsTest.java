package io.webhookmemory.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.quickstart.LocalPipeline;
import io.webhookmemory.service.config.Environment;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManagementPortsTest {
    private static final Map<String, String> FREE_PORTS = Map.of(
            "EMBEDDED_KAFKA_PORT", "0",
            "REDIS_PORT", "0",
            "EMBEDDED_COGNEE_PORT", "0",
            "INGRESS_PORT", "0",
            "INGRESS_MANAGEMENT_PORT", "0",
            "STREAM_PROCESSOR_MANAGEMENT_PORT", "0",
            "MEMORY_SINK_MANAGEMENT_PORT", "0",
            "CONSOLE_PORT", "0",
            "CONSOLE_MANAGEMENT_PORT", "0");

    @ParameterizedTest
    @ValueSource(strings = {"INGRESS", "SUBSCRIPTIONS", "STREAM_PROCESSOR", "MEMORY_SINK", "CONSOLE"})
    void the_quick_start_opens_management_ports_to_this_machine_only(String service) {
        try (LocalPipeline pipeline = LocalPipeline.create(new Environment(FREE_PORTS))) {
            assertThat(pipeline.variable(service + "_MANAGEMENT_HOST")).isEqualTo("localhost");
        }
    }
}
