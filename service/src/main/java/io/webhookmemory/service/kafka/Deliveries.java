package io.webhookmemory.service.kafka;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;

/** The deliveries of one webhook's records, counted until the last one has ended. */
final class Deliveries implements Callback {
    private final CompletableFuture<Void> all = new CompletableFuture<>();
    private final AtomicReference<Exception> firstFailure = new AtomicReference<>();
    // One more than the records: the webhook has not ended before its last record is sent.
    private final AtomicInteger pending = new AtomicInteger(1);

    /** Called before a record is sent. */
    void begin() {
        pending.incrementAndGet();
    }

    /** Called when no more records follow; completes when all have ended, exceptionally if one of them failed. */
    CompletableFuture<Void> end() {
        finishOne();
        return all;
    }

    void fail(Exception failure) {
        firstFailure.compareAndSet(null, failure);
    }

    boolean failed() {
        return firstFailure.get() != null;
    }

    @Override
    public void onCompletion(RecordMetadata metadata, Exception failure) {
        if (failure != null) {
            fail(failure);
        }
        finishOne();
    }

    private void finishOne() {
        if (pending.decrementAndGet() > 0) {
            return;
        }
        if (failed()) {
            all.completeExceptionally(firstFailure.get());
        } else {
            all.complete(null);
        }
    }
}
