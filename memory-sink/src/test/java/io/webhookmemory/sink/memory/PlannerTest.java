package io.webhookmemory.sink.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.cognee.Datasets;
import io.webhookmemory.sink.document.DocumentWriter;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.JsonSerde;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final Datasets DATASETS = new Datasets("account_{account_id}", "account_none");
    private static final String ID = "11111111-2222-3333-4444-555555555555";
    private static final WebhookEvent WRITTEN = Events.update("1", "7", 5, "a");
    private static final String DIGEST =
            DocumentWriter.write(WRITTEN, Events.time(5)).metadata().contentSha256();
    private static final Place PLACE = new Place("Deals", "7", "account_7", ID, DIGEST, Events.time(5));

    private final Planner planner = new Planner(DATASETS, new DirectoryRecords("sink-0", Clock.systemUTC()));

    @Test
    void an_older_event_changes_nothing() {
        Change.Nothing change = nothing(Events.update("1", "7", 4, "b"), Known.at(PLACE));

        assertThat(change.outcome()).isEqualTo(Outcome.Done.STALE);
        assertThat(change.after()).isEmpty();
    }

    @Test
    void an_event_from_before_the_deletion_brings_nothing_back() {
        Change.Nothing change = nothing(Events.update("1", "7", 4, "b"), Known.deleted(Events.time(5)));

        assertThat(change.outcome()).isEqualTo(Outcome.Done.STALE);
    }

    @Test
    void the_same_text_in_the_same_dataset_is_not_written_and_only_a_newer_time_is_noted() {
        assertThat(nothing(Events.update("1", "7", 5, "a"), Known.at(PLACE)).after())
                .isEmpty();

        Change.Nothing newer = nothing(Events.update("1", "7", 6, "a"), Known.at(PLACE));

        assertThat(newer.outcome()).isEqualTo(Outcome.Done.UNCHANGED);
        assertThat(newer.intents()).isEmpty();
        assertThat(newer.after().orElseThrow().known().place())
                .isEqualTo(new Place("Deals", "7", "account_7", ID, DIGEST, Events.time(6)));
    }

    @Test
    void the_same_text_is_written_where_the_record_is_unsettled_or_the_event_is_replayed() {
        WebhookEvent same = Events.update("1", "7", 5, "a");

        assertThat(planner.plan(same, Known.at(PLACE).changing(List.of()), null))
                .isInstanceOf(Change.Write.class);
        assertThat(planner.plan(same, Known.at(PLACE), Instant.now())).isInstanceOf(Change.Write.class);
        assertThat(planner.plan(same, Known.at(PLACE).lost(), null)).isInstanceOf(Change.Write.class);
    }

    @Test
    void a_write_announces_where_the_document_may_be_and_keeps_what_was_true_before() {
        Change.Write move = write(Events.update("1", "8", 6, "b"), Known.at(PLACE));

        DirectoryEntry entry = entry(move);
        assertThat(move.dataset()).isEqualTo("account_8");
        assertThat(entry.dataset()).isEqualTo("account_7");
        assertThat(entry.dataId()).isEqualTo(ID);
        assertThat(entry.accountId()).isEqualTo("7");
        assertThat(entry.intent().datasets()).containsExactly("account_8");
        assertThat(entry.intent().instance()).isEqualTo("sink-0");
        assertThat(entry.intent().eventId()).isEqualTo("e6");
        assertThat(move.intent().orElseThrow().known()).isEqualTo(read(move));
    }

    @Test
    void a_new_record_s_intent_says_when_the_record_was_deleted_before() {
        Change.Write write = write(Events.update("1", null, 6, "b"), Known.deleted(Events.time(5)));

        DirectoryEntry entry = entry(write);
        assertThat(entry.dataset()).isEqualTo("account_none");
        assertThat(entry.dataId()).isNull();
        assertThat(entry.eventTime()).isEqualTo(Events.time(5));
        assertThat(read(write)).isEqualTo(new Known(null, Events.time(5), List.of("account_none")));
    }

    @Test
    void an_intent_of_an_unsettled_record_names_the_datasets_of_the_earlier_ones_too() {
        Change.Write write =
                write(Events.update("1", "9", 6, "b"), Known.at(PLACE).changing(List.of("account_8")));

        assertThat(entry(write).intent().datasets()).containsExactly("account_9", "account_8");
        assertThat(write.datasets()).containsExactlyInAnyOrder("account_7", "account_8", "account_9");
    }

    @Test
    void a_deletion_of_a_known_document_has_an_intent_that_names_no_dataset() {
        Change change = planner.plan(Events.delete("Deals", "1", "7", 6), Known.at(PLACE), null);

        assertThat(change).isInstanceOf(Change.Remove.class);
        assertThat(entry(change).intent().datasets()).isEmpty();
        assertThat(entry(change).intent().contentSha256()).isNull();
    }

    @Test
    void a_deletion_of_an_unknown_record_is_only_noted() {
        Change.Nothing change = nothing(Events.delete("Deals", "1", "7", 6), Known.NOTHING);

        assertThat(change.outcome()).isEqualTo(Outcome.Done.ABSENT);
        ProducerRecord<String, byte[]> tombstone = change.after().orElseThrow().record();
        assertThat(tombstone.value()).isNull();
        assertThat(DirectoryRecords.read(Directories.read(tombstone))).isEqualTo(Known.deleted(Events.time(6)));
        assertThat(nothing(Events.delete("Deals", "1", "7", 6), Known.deleted(Events.time(6)))
                        .after())
                .isEmpty();
    }

    @Test
    void an_account_s_deletion_deletes_its_dataset_whatever_the_directory_says() {
        Change change = planner.plan(Events.delete("Accounts", "7", "7", 6), Known.NOTHING, null);

        assertThat(change).isInstanceOf(Change.RemoveAccount.class);
        assertThat(entry(change).intent().datasets()).containsExactly("account_7");
    }

    @Test
    void a_verify_event_is_never_stale() {
        Change change = planner.plan(Events.verify("1", "ab", "account_8"), Known.at(PLACE), null);

        assertThat(change).isInstanceOf(Change.Verify.class);
        assertThat(change.intents()).isEmpty();
        assertThat(planner.affected(change.event(), Known.at(PLACE)))
                .containsExactlyInAnyOrder("account_8", "account_7");
    }

    @Test
    void an_event_may_change_its_account_s_dataset_the_document_s_and_those_of_the_intent() {
        assertThat(planner.affected(
                        Events.update("1", "9", 6, "b"), Known.at(PLACE).changing(List.of("account_8"))))
                .containsExactlyInAnyOrder("account_7", "account_8", "account_9");
    }

    @Test
    void an_announcement_of_an_older_version_reads_as_an_intent() {
        DirectoryEntry old = new DirectoryEntry("Deals", "7", "account_7", null, null, Events.time(5));
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(
                "memory.directory", "1", JsonSerde.directoryEntry().toBytes(old));

        assertThat(DirectoryRecords.read(Directories.read(record)))
                .isEqualTo(new Known(null, Events.time(5), List.of("account_7")));
    }

    private Change.Nothing nothing(WebhookEvent event, Known known) {
        Change change = planner.plan(event, known, null);
        assertThat(change).isInstanceOf(Change.Nothing.class);
        return (Change.Nothing) change;
    }

    private Change.Write write(WebhookEvent event, Known known) {
        Change change = planner.plan(event, known, null);
        assertThat(change).isInstanceOf(Change.Write.class);
        return (Change.Write) change;
    }

    private static Known read(Change change) {
        return DirectoryRecords.read(Directories.read(change.intents().get(0)));
    }

    private static DirectoryEntry entry(Change change) {
        assertThat(change.intents()).hasSize(1);
        return JsonSerde.directoryEntry().fromBytes(change.intents().get(0).value());
    }
}
