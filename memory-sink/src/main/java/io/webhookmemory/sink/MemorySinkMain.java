package io.webhookmemory.sink;

import io.webhookmemory.service.lifecycle.ServiceRunner;

/** Runs the memory-sink as a process. */
public final class MemorySinkMain {
    private MemorySinkMain() {}

    public static void main(String[] args) {
        ServiceRunner.run(SinkSettings.SERVICE, SinkService::create);
    }
}
