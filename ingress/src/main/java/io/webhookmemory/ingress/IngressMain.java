package io.webhookmemory.ingress;

import io.webhookmemory.service.lifecycle.ServiceRunner;

/** Runs the ingress as a process. */
public final class IngressMain {
    private IngressMain() {}

    public static void main(String[] args) {
        ServiceRunner.run(IngressSettings.SERVICE, IngressService::create);
    }
}
