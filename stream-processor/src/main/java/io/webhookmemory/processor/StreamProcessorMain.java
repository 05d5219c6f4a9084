package io.webhookmemory.processor;

import io.webhookmemory.service.lifecycle.ServiceRunner;

/** Runs the stream-processor as a process. */
public final class StreamProcessorMain {
    private StreamProcessorMain() {}

    public static void main(String[] args) {
        ServiceRunner.run(ProcessorSettings.SERVICE, ProcessorService::create);
    }
}
