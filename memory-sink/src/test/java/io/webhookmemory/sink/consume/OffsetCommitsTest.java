package io.webhookmemory.sink.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class OffsetCommitsTest {
    private static final Duration SESSION = Duration.ofMinutes(1);
    private static final TopicPartition PARTITION = new TopicPartition("zoho.deals", 0);

    @Test
    void a_commit_that_the_client_refuses_at_once_holds_up_no_last_write() {
        Assignment assignment = new Assignment();
        assignment.add(PARTITION, 10, null);

        try (Refusing consumer = new Refusing()) {
            Membership membership =
                    new Membership(consumer.groupMetadata(), SESSION, Clock.systemUTC(), System::nanoTime);
            OffsetCommits commits = new OffsetCommits("group", consumer, assignment, SESSION);
            assertThatThrownBy(() -> commits.commitWhereDue(membership)).isInstanceOf(KafkaException.class);
        }

        assertThat(CompletableFuture.runAsync(
                        () -> assignment.tracker(PARTITION).beginFinishing()))
                .succeedsWithin(Duration.ofSeconds(10));
    }

    private static final class Refusing extends MockConsumer<String, byte[]> {
        Refusing() {
            super("earliest");
            assign(List.of(PARTITION));
            seek(PARTITION, 12);
        }

        @Override
        public synchronized void commitAsync(
                Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
            throw new KafkaException("refused");
        }
    }
}
