package io.webhookmemory.console.operation;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Who did what, when, to how many records: log lines, which outlive the process. Previews change nothing and are left out. */
final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.webhookmemory.console.audit");

    void asked(Operation operation) {
        if (!operation.work().isPreview()) {
            line(operation, operation.user()).log("operation requested");
        }
    }

    void stopped(Operation operation, String user) {
        if (!operation.work().isPreview()) {
            line(operation, user).log("operation asked to stop");
        }
    }

    void ended(Operation operation) {
        if (!operation.work().isPreview()) {
            line(operation, operation.user())
                    .addKeyValue("state", operation.state())
                    .addKeyValue("records", operation.written())
                    .addKeyValue("failure", operation.failure().orElse(""))
                    .log("operation ended");
        }
    }

    private static LoggingEventBuilder line(Operation operation, String user) {
        return LOG.atInfo()
                .addKeyValue("user", user)
                .addKeyValue("operation", operation.id())
                .addKeyValue("action", operation.work().action())
                .addKeyValue("selection", operation.work().selection());
    }
}
