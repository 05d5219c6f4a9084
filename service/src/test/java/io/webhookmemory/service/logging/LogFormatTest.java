package io.webhookmemory.service.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** What a service logs when nobody names a configuration: Logback searches the class path by names of its own. */
class LogFormatTest {
    private static final String NAMED_CONFIGURATION = "logback.configurationFile";

    @Test
    void a_service_that_is_told_nothing_else_logs_json() throws JoranException {
        ConsoleAppender<ILoggingEvent> console = (ConsoleAppender<ILoggingEvent>)
                withoutNamedConfiguration().getLogger(Logger.ROOT_LOGGER_NAME).getAppender("STDOUT");
        assertThat(console.getEncoder()).isInstanceOf(JsonEncoder.class);
    }

    /** They would write kilobytes of an unknown sender's bytes for each bad request. */
    @Test
    void jettys_classes_that_log_bad_requests_are_silent() throws JoranException {
        LoggerContext context = withoutNamedConfiguration();

        for (String logger : List.of(
                "org.eclipse.jetty.http.HttpParser",
                "org.eclipse.jetty.server.Response",
                "org.eclipse.jetty.ee10.servlet.ServletChannel")) {
            assertThat(context.getLogger(logger).isWarnEnabled()).as(logger).isFalse();
        }
        assertThat(context.getLogger("org.eclipse.jetty.server.Server").isWarnEnabled())
                .isTrue();
    }

    private static LoggerContext withoutNamedConfiguration() throws JoranException {
        String named = System.clearProperty(NAMED_CONFIGURATION);
        try {
            LoggerContext context = new LoggerContext();
            new ContextInitializer(context).autoConfig();
            return context;
        } finally {
            if (named != null) {
                System.setProperty(NAMED_CONFIGURATION, named);
            }
        }
    }
}
