package io.webhookmemory.sink.failure;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs an outage once per reason, and its end. An open breaker tries again every few seconds; a line for each trial
 * would hide everything else. Thread-safe.
 */
final class OutageLog {
    private static final Logger LOG = LoggerFactory.getLogger(CircuitGate.class);

    private final CircuitGate.Target target;
    /** The reasons logged in the present outage. */
    private final Set<String> logged = ConcurrentHashMap.newKeySet();

    OutageLog(CircuitGate.Target target) {
        this.target = target;
    }

    /** @param detail the message of the failed call, without any record's content; may be empty */
    void out(String reason, String detail) {
        if (logged.add(reason)) {
            LOG.atWarn()
                    .addKeyValue("target", target.name())
                    .addKeyValue("url", target.address())
                    .addKeyValue("reason", reason)
                    .addKeyValue("detail", detail)
                    .addKeyValue("check", target.hint())
                    .log("target is out: calls wait until it is back");
        }
    }

    void back() {
        logged.clear();
        LOG.atInfo()
                .addKeyValue("target", target.name())
                .addKeyValue("url", target.address())
                .log("target is back");
    }
}
