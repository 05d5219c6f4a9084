package io.webhookmemory.subscriptions;

import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.lifecycle.ServiceRunner;
import io.webhookmemory.subscriptions.cli.SubscriptionsCommand;
import java.time.Clock;

/** Runs the service as a process; with arguments, runs one of the commands. */
public final class SubscriptionsMain {
    private SubscriptionsMain() {}

    public static void main(String[] args) {
        if (args.length > 0) {
            System.exit(SubscriptionsCommand.commandLine(Environment.ofProcess(), Clock.systemUTC())
                    .execute(args));
        }
        ServiceRunner.run(SubscriptionsService.NAME, SubscriptionsService::create);
    }
}
