package io.webhookmemory.service.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class KafkaProblemTest {
    private static final KafkaSettings KAFKA = new KafkaSettings("broker:9092", Map.of());

    @Test
    void what_kafka_says_is_told_and_not_what_it_is_wrapped_in() {
        Throwable error = new KafkaException(new ExecutionException(new PolicyViolationException("too many topics")));

        assertThat(KafkaProblem.of(KAFKA, error))
                .hasMessage("Kafka at broker:9092 refused: PolicyViolationException: too many topics");
    }

    @Test
    void what_is_known_is_told_in_plain_words_however_deep_it_lies() {
        assertThat(KafkaProblem.of(KAFKA, new ExecutionException(new TopicAuthorizationException("zoho.deals"))))
                .hasMessageStartingWith("Kafka does not allow this: ")
                .hasMessageContaining("zoho.deals")
                .hasMessageContaining("topics acls");
    }

    @Test
    void the_api_timeout_shortens_a_wait_and_lengthens_none() {
        assertThat(KafkaProblem.limited(withApiTimeout("2000"), Duration.ofSeconds(30)))
                .isEqualTo(Duration.ofSeconds(2));
        assertThat(KafkaProblem.limited(withApiTimeout("60000"), Duration.ofSeconds(30)))
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(KafkaProblem.limited(withApiTimeout("soon"), Duration.ofSeconds(30)))
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(KafkaProblem.limited(KAFKA, Duration.ofSeconds(30))).isEqualTo(Duration.ofSeconds(30));
    }

    private static KafkaSettings withApiTimeout(String millis) {
        return new KafkaSettings("broker:9092", Map.of("default.api.timeout.ms", millis));
    }
}
