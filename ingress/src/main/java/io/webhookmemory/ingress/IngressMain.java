package io.webhookmemory.ingress;

import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.lifecycle.ServiceRunner;
import java.time.Clock;

/** Runs the ingress as a process; with arguments, one of its commands. */
public final class IngressMain {
    private IngressMain() {}

    public static void main(String[] args) {
        if (args.length > 0) {
            System.exit(IngressCommand.commandLine(Environment.ofProcess(), Clock.systemUTC())
                    .execute(args));
        }
        ServiceRunner.run(IngressSettings.SERVICE, IngressService::create);
    }
}
