package io.webhookmemory.sink.kafka;

import org.apache.kafka.common.KafkaException;

/** Kafka refuses these records, however often they are sent. */
final class RefusedException extends KafkaException {
    private static final long serialVersionUID = 1L;

    RefusedException(Throwable cause) {
        super(cause.getMessage(), cause);
    }
}
