package io.webhookmemory.testkit.cognee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.webhookmemory.testkit.cognee.CogneeDouble.Document;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class StoreTest {
    private static final String DATASET = "account_1";

    private final Store store = new Store();

    @Test
    @Timeout(20)
    void a_document_added_while_its_dataset_is_deleted_is_refused_and_can_be_added_to_the_dataset_that_comes_after()
            throws Exception {
        CountDownLatch lockIsHeld = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        Thread holder = started(() -> add("1", () -> {
            lockIsHeld.countDown();
            await(mayGoOn);
        }));
        lockIsHeld.await();
        Thread deleter = waiting(() -> store.deleteDataset(Dataset.idOf(DATASET)));
        AtomicReference<Refusal> refusal = new AtomicReference<>();
        Thread adder = waiting(() -> refusal.set(catchThrowableOfType(Refusal.class, () -> add("2", () -> {}))));

        mayGoOn.countDown();
        for (Thread thread : List.of(holder, deleter, adder)) {
            thread.join();
        }

        assertThat(refusal.get().status()).isEqualTo(500);
        assertThat(store.datasets()).isEmpty();

        add("2", () -> {});
        assertThat(store.documents()).extracting(Document::name).containsExactly("Deals_2");
    }

    private void add(String recordId, Runnable whileLocked) {
        Store.Upload upload =
                new Store.Upload("Deals_" + recordId + ".txt", "Deals " + recordId, null, Optional.empty());
        store.add(DATASET, List.of(upload), CogneeVersion.V1_6, document -> whileLocked.run());
    }

    private static Thread started(Runnable work) {
        Thread thread = new Thread(work);
        thread.start();
        return thread;
    }

    /** Started and, as the lock is held, waiting in its queue, which is served in order. */
    private static Thread waiting(Runnable work) {
        Thread thread = started(work);
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return thread;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
