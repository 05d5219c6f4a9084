package io.webhookmemory.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.service.management.ComponentHealth;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProcessorServiceTest {
    @ParameterizedTest
    @EnumSource(KafkaStreams.State.class)
    void it_is_ready_while_kafka_streams_runs_and_in_no_other_state(KafkaStreams.State state) {
        assertThat(ProcessorService.health(state).status() == ComponentHealth.Status.UP)
                .isEqualTo(state == KafkaStreams.State.RUNNING);
        assertThat(ProcessorService.health(state).status()).isNotEqualTo(ComponentHealth.Status.DEGRADED);
    }

    @Test
    void it_is_not_ready_before_there_are_streams() {
        assertThat(ProcessorService.health(null)).isEqualTo(ComponentHealth.down("starting"));
    }
}
