package io.webhookmemory.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.service.config.Environment;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class FailuresTest {
    @Command(name = "broken")
    private static final class Broken implements Callable<Integer> {
        @Override
        public Integer call() {
            throw new IllegalStateException("nobody thought of this");
        }
    }

    @Test
    void an_unexpected_error_is_not_taken_for_topics_that_differ() {
        StringWriter err = new StringWriter();

        int code = new CommandLine(new Broken())
                .setErr(new PrintWriter(err, true))
                .setExecutionExceptionHandler(new Failures(new Environment(Map.of())))
                .execute();

        assertThat(code).isEqualTo(70);
        assertThat(err.toString()).contains("IllegalStateException: nobody thought of this", "at ");
    }
}
