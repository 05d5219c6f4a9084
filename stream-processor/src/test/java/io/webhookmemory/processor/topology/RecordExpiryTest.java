package io.webhookmemory.processor.topology;

import static io.webhookmemory.processor.topology.TopologyRun.NOW;
import static io.webhookmemory.processor.topology.TopologyRun.RECORD;
import static io.webhookmemory.processor.topology.TopologyRun.event;
import static io.webhookmemory.processor.topology.TopologyRun.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the state of deleted records is removed. */
class RecordExpiryTest {
    private static final Duration TTL = Duration.ofDays(60);

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
    void the_state_of_a_deleted_record_is_kept_for_a_restore_and_then_expires_in_store_and_changelog() {
        run.pipe(event("e1", EventType.CREATE, "Deals", NOW, json("{'Name':'Ada'}")));
        run.pipe(event("e2", EventType.DELETE, "Deals", NOW, json("{}")));

        run.restart(NOW.plus(TTL).minusSeconds(60));
        run.step(Duration.ofSeconds(1));
        assertThat(new String(run.storedRecord(RECORD), UTF_8)).contains("Ada");

        run.step(RecordExpiry.PAUSE);
        assertThat(run.storedRecord(RECORD)).isNull();
        assertThat(run.count("processor.records.expired")).isEqualTo(1);
        List<TestRecord<String, byte[]>> changelog = run.read(Topics.RECORDS_CHANGELOG);
        assertThat(changelog.get(changelog.size() - 1)).satisfies(tombstone -> {
            assertThat(tombstone.key()).isEqualTo(RECORD);
            assertThat(tombstone.value()).isNull();
        });
    }

    @Test
    void a_living_record_never_expires_nor_one_that_was_restored() {
        run.pipe(event("e1", EventType.DELETE, "Deals", NOW, json("{}")));
        run.pipe(event("e2", EventType.RESTORE, "Deals", NOW.plusSeconds(1), json("{'Name':'Ada','id':'1'}")));

        run.restart(NOW.plus(TTL.multipliedBy(10)));
        run.step(Duration.ofSeconds(1));

        assertThat(run.storedRecord(RECORD)).isNotNull();
    }

    @Test
    void the_marker_of_an_erased_record_expires_too() {
        run.erase(event("x1", EventType.DELETE, "Deals", NOW, json("{}")));

        run.restart(NOW.plus(TTL));
        run.step(Duration.ofSeconds(1));

        assertThat(run.storedRecord(RECORD)).isNull();
    }

    @Test
    void the_parents_of_an_expired_record_forget_it() {
        run.pipe(event(
                "e1", EventType.CREATE, "Notes", NOW, json("{'Parent_Id':{'id':'2','module':{'api_name':'Deals'}}}")));
        run.pipe(event("e2", EventType.DELETE, "Notes", NOW, json("{}")));
        run.read(Topics.LINKS);

        run.restart(NOW.plus(TTL));
        run.step(Duration.ofSeconds(1));

        assertThat(run.read(Topics.LINKS)).singleElement().satisfies(message -> {
            assertThat(message.key()).isEqualTo("2");
            assertThat(new String(message.value(), UTF_8)).contains("unlinked");
            // A processor of this or an earlier version can read it.
            run.pipeLink(message.key(), message.value());
        });
        assertThat(run.read(Topics.REJECTED)).isEmpty();
    }

    @Test
    void a_step_takes_a_bounded_number_of_records_and_bytes_and_the_next_continues() {
        int records = 2 * RecordExpiry.RECORDS_PER_STEP + 50;
        byte[] deleted = "{\"data\":{},\"whole_at\":[1,0],\"newest\":[1,0],\"deleted_at\":[2,0]}".getBytes(UTF_8);
        for (int i = 0; i < records; i++) {
            run.storeRecord(String.valueOf(1000 + i), deleted);
        }
        run.step(RecordExpiry.INTERVAL);
        assertThat(run.count("processor.records.expired")).isEqualTo(RecordExpiry.RECORDS_PER_STEP);
        run.step(RecordExpiry.INTERVAL);
        run.step(RecordExpiry.INTERVAL);
        assertThat(run.count("processor.records.expired")).isEqualTo(records);

        byte[] large = ("{\"data\":{\"a\":\"" + "x".repeat(2 << 20) + "\"},\"whole_at\":[1,0],\"newest\":[1,0],"
                        + "\"deleted_at\":[2,0]}")
                .getBytes(UTF_8);
        for (int i = 0; i < 3; i++) {
            run.storeRecord("large" + i, large);
        }
        run.step(RecordExpiry.PAUSE);
        assertThat(run.count("processor.records.expired")).isEqualTo(records + 1);
        run.step(RecordExpiry.INTERVAL);
        run.step(RecordExpiry.INTERVAL);
        assertThat(run.count("processor.records.expired")).isEqualTo(records + 3);
    }
}
