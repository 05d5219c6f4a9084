package io.webhookmemory.service.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DeliveriesTest {
    private final Deliveries deliveries = new Deliveries();

    @Test
    void ends_with_the_last_record_even_if_all_others_ended_while_it_was_sent() {
        deliveries.begin();
        deliveries.onCompletion(null, null);
        deliveries.begin();
        CompletableFuture<Void> all = deliveries.end();
        assertThat(all).isNotDone();

        deliveries.onCompletion(null, null);

        assertThat(all).isCompletedWithValue(null);
    }

    @Test
    void a_failure_counts_only_after_every_delivery_has_ended() {
        deliveries.begin();
        deliveries.begin();
        deliveries.onCompletion(null, new IllegalStateException("first"));
        CompletableFuture<Void> all = deliveries.end();
        assertThat(deliveries.failed()).isTrue();
        assertThat(all).isNotDone();

        deliveries.onCompletion(null, new IllegalStateException("second"));

        assertThatThrownBy(all::join).hasRootCauseMessage("first");
    }

    @Test
    void without_records_it_has_ended() {
        assertThat(deliveries.end()).isCompletedWithValue(null);
    }
}
