package io.webhookmemory.sink.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AssignmentTest {
    private static final List<TopicPartition> PARTITIONS = IntStream.range(0, 6)
            .mapToObj(number -> new TopicPartition("zoho.deals", number))
            .toList();

    private final Assignment assignment = new Assignment();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void work_goes_on_if_kafka_does_not_tell_a_position_and_nothing_is_committed(int number) {
        PARTITIONS.forEach(partition -> assignment.add(partition, 10, null));
        TopicPartition unknown = PARTITIONS.get(number);

        assertThatThrownBy(() -> assignment.toCommit(partition -> positionUnless(unknown, partition), false))
                .isInstanceOf(TimeoutException.class);

        assertThat(PARTITIONS)
                .allSatisfy(partition -> assertThat(CompletableFuture.runAsync(
                                () -> assignment.tracker(partition).beginFinishing()))
                        .succeedsWithin(Duration.ofSeconds(10)));
    }

    private static long positionUnless(TopicPartition unknown, TopicPartition partition) {
        if (partition.equals(unknown)) {
            throw new TimeoutException("no response");
        }
        return 12;
    }
}
