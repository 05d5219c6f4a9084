package io.webhookmemory.bench;

/** A JVM that does nothing: the cost of any Java service. */
final class IdleProcess {
    private IdleProcess() {}

    public static void main(String[] args) throws InterruptedException {
        System.out.println("ready");
        Thread.currentThread().join();
    }
}
