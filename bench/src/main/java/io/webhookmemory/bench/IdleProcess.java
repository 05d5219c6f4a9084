package io.webhookmemory.bench;

/** A JVM that does nothing: what any service written in Java takes. */
final class IdleProcess {
    private IdleProcess() {}

    public static void main(String[] args) throws InterruptedException {
        System.out.println("ready");
        Thread.currentThread().join();
    }
}
