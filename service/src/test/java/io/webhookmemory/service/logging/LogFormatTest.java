package io.webhookmemory.service.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** What a service logs when nobody names a configuration: Logback searches the class path by names of its own. */
class LogFormatTest {
    private static final String NAMED_CONFIGURATION = "logback.configurationFile";

    @Test
    void a_service_that_is_told_nothing_else_logs_json() throws JoranException {
        assertThat(consoleWithoutNamedConfiguration().getEncoder()).isInstanceOf(JsonEncoder.class);
    }

    private static ConsoleAppender<ILoggingEvent> consoleWithoutNamedConfiguration() throws JoranException {
        String named = System.clearProperty(NAMED_CONFIGURATION);
        try {
            LoggerContext context = new LoggerContext();
            new ContextInitializer(context).autoConfig();
            return (ConsoleAppender<ILoggingEvent>)
                    context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("STDOUT");
        } finally {
            if (named != null) {
                System.setProperty(NAMED_CONFIGURATION, named);
            }
        }
    }
}
