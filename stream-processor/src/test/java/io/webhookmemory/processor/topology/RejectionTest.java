package io.webhookmemory.processor.topology;

import static io.webhookmemory.processor.topology.TopologyRun.NOW;
import static io.webhookmemory.processor.topology.TopologyRun.RECORD;
import static io.webhookmemory.processor.topology.TopologyRun.event;
import static io.webhookmemory.processor.topology.TopologyRun.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever comes in, the stream goes on, and what cannot go through it is kept with its reason. */
class RejectionTest {
    private static final int LIMIT = TopicCatalogue.MAX_MESSAGE_BYTES;

    @TempDir
    private Path state;

    private TopologyRun run;

    @BeforeEach
    void start() {
        run = new TopologyRun(state);
    }

    @AfterEach
    void stop() {
        run.close();
    }

    @Test
    void poison_goes_to_the_rejected_topic_with_its_reason_and_the_stream_goes_on() {
        byte[] good = EventCodec.toBytes(event("e1", "Deals", NOW));
        run.pipe(RECORD, "no event".getBytes(UTF_8));
        run.pipe(null, good);
        run.pipe("2", good);
        run.pipe(RECORD, EventCodec.toBytes(event("e1", "Secrets", NOW)));
        run.pipe(RECORD, EventCodec.toBytes(event("e".repeat(1025), "Deals", NOW)));
        run.pipe(RECORD, (byte[]) null);
        run.pipe("e1", NOW);

        assertThat(run.read(Topics.REJECTED))
                .extracting(RejectionTest::reason)
                .containsExactly(
                        "not JSON",
                        "null key",
                        "key is not the record id",
                        "module not allowed",
                        "event_id too long",
                        "no value");
        assertThat(run.read("zoho.deals")).hasSize(1);
        assertThat(run.count("processor.rejected")).isEqualTo(6);
        assertThat(run.count("processor.rejected", "reason", "null key")).isEqualTo(1);
    }

    @Test
    void a_rejected_record_keeps_its_bytes_and_headers_and_says_where_it_came_from() {
        RecordHeaders headers = new RecordHeaders();
        Headers.put(headers, Headers.TRACEPARENT, "trace");
        run.pipe(new TestRecord<>(RECORD, "no event".getBytes(UTF_8), headers));

        assertThat(run.read(Topics.REJECTED)).singleElement().satisfies(message -> {
            assertThat(message.key()).isEqualTo(RECORD);
            assertThat(message.value()).isEqualTo("no event".getBytes(UTF_8));
            assertThat(header(message, Headers.TRACEPARENT)).isEqualTo("trace");
            assertThat(header(message, Headers.REJECTED_ORIGIN)).isEqualTo("zoho.webhooks-0@0");
            assertThat(header(message, Headers.REJECTED_BY)).isEqualTo("stream-processor");
        });
    }

    @Test
    void poison_too_large_to_be_put_aside_with_its_reason_leaves_its_value_behind() {
        run.pipe(RECORD, "x".repeat(LIMIT - 500).getBytes(UTF_8));

        assertThat(run.read(Topics.REJECTED)).singleElement().satisfies(message -> {
            assertThat(message.value()).isNull();
            assertThat(header(message, "rejected-left-out-bytes")).isEqualTo(String.valueOf(LIMIT - 500));
            assertThat(reason(message)).isEqualTo("not JSON");
        });
    }

    @Test
    void headers_too_large_to_be_put_aside_are_left_behind_too() {
        RecordHeaders headers = new RecordHeaders();
        Headers.put(headers, "large", "x".repeat(LIMIT - 500));
        run.pipe(new TestRecord<>(RECORD, "no event".getBytes(UTF_8), headers));

        assertThat(run.read(Topics.REJECTED)).singleElement().satisfies(message -> {
            assertThat(message.headers().lastHeader("large")).isNull();
            assertThat(message.key()).isEqualTo(RECORD);
            assertThat(header(message, Headers.REJECTED_ORIGIN)).isEqualTo("zoho.webhooks-0@0");
        });
    }

    @Test
    void an_update_that_makes_its_record_too_large_is_put_aside_as_it_was_and_the_record_stays() {
        run.pipe(large("e1", "a", LIMIT / 2));
        WebhookEvent tooMuch = large("e2", "b", LIMIT / 2);
        run.pipe(tooMuch);
        run.pipe(event("e3", EventType.UPDATE, "Deals", NOW.plusSeconds(1), json("{'c':1}")));

        assertThat(run.read(Topics.REJECTED)).singleElement().satisfies(message -> {
            assertThat(reason(message)).isEqualTo("record too large once completed");
            assertThat(message.value()).isEqualTo(EventCodec.toBytes(tooMuch));
            assertThat(header(message, Headers.REJECTED_ORIGIN)).isEqualTo("zoho.webhooks-0@1");
        });
        assertThat(run.readEvents("zoho.deals")).hasSize(2).last().satisfies(event -> {
            assertThat(event.recordData().has("a")).isTrue();
            assertThat(event.recordData().has("b")).isFalse();
            assertThat(event.recordData().has("c")).isTrue();
        });
    }

    @Test
    void an_event_that_makes_a_processor_fail_is_put_aside_with_the_failure_and_the_stream_goes_on() {
        run.pipe("e0", Instant.MAX);
        run.pipe("e1", NOW);

        assertThat(run.read(Topics.REJECTED)).singleElement().satisfies(message -> {
            assertThat(message.key()).isEqualTo(RECORD);
            assertThat(message.value()).isEqualTo(EventCodec.toBytes(event("e0", "Deals", Instant.MAX)));
            assertThat(reason(message)).isEqualTo("processing failed: ArithmeticException");
            assertThat(header(message, Headers.REJECTED_ORIGIN)).isEqualTo("zoho.webhooks-0@0");
        });
        assertThat(run.read("zoho.deals")).hasSize(1);
    }

    @Test
    void an_event_whose_records_stored_state_cannot_be_read_is_put_aside_with_its_bytes() {
        run.storeRecord(RECORD, "no state".getBytes(UTF_8));
        run.pipe("e1", NOW);

        assertThat(run.read(Topics.REJECTED)).singleElement().satisfies(message -> {
            assertThat(reason(message)).isEqualTo("processing failed: SerializationException");
            assertThat(message.value()).isEqualTo(EventCodec.toBytes(event("e1", "Deals", NOW)));
        });
    }

    private static WebhookEvent large(String id, String field, int size) {
        ObjectNode data = json("{}").put(field, "x".repeat(size));
        return event(id, EventType.UPDATE, "Deals", NOW, data);
    }

    private static String reason(TestRecord<String, byte[]> message) {
        return header(message, Headers.REJECTED_REASON);
    }

    private static String header(TestRecord<String, byte[]> message, String name) {
        return Headers.get(message.headers(), name).orElse("none");
    }
}
