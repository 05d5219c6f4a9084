package io.webhookmemory.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.service.config.Environment;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GenerateSecretCommandTest {
    @Test
    void a_generated_secret_is_64_hex_characters_and_another_each_time() {
        String first = generated();

        assertThat(first).matches("[0-9a-f]{64}").isNotEqualTo(generated());
    }

    private static String generated() {
        StringWriter out = new StringWriter();
        int code = AdminCommand.commandLine(new Environment(Map.of()))
                .setOut(new PrintWriter(out))
                .execute("generate-secret");
        assertThat(code).isZero();
        return out.toString().strip();
    }
}
