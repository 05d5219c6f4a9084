package io.webhookmemory.console;

import io.webhookmemory.service.lifecycle.ServiceRunner;

/** Runs the console as a process. */
public final class ConsoleMain {
    private ConsoleMain() {}

    public static void main(String[] args) {
        ServiceRunner.run(ConsoleSettings.NAME, ConsoleService::create);
    }
}
