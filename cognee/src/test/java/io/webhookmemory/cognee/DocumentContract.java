package io.webhookmemory.cognee;

import static io.webhookmemory.cognee.Documents.add;
import static io.webhookmemory.cognee.Documents.deal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the sink relies on where documents are concerned.
 */
abstract class DocumentContract extends ContractFixture {

    @Test
    void a_document_that_was_added_is_listed_with_its_metadata() {
        NewDocument document = deal("4711", "Deals 4711\nName: Grüße & 100 % — \"quoted\"\r\nlast line");

        String dataId = add(cognee, dataset, document);

        assertThat(cognee.list(dataset)).containsExactly(new StoredDocument(dataId, "Deals_4711", document.metadata()));
    }

    @Test
    void its_text_is_kept_but_for_the_kind_of_line_ends() throws Exception {
        String text = "Deals 1\nName: Grüße & 100 % — \"quoted\"\r\n\r\n--boundary--\r\n🙂 last line without an end";

        String dataId = add(cognee, dataset, deal("1", text));

        assertThat(raw(dataId)).isEqualTo(text.replace("\r\n", "\n"));
        assertThat(add(cognee, dataset, deal("1", text))).as("added again").isEqualTo(dataId);
    }

    @Test
    void the_same_document_added_twice_is_one_with_one_id() {
        String first = add(cognee, dataset, deal("1", "the same"));

        String second = add(cognee, dataset, deal("1", "the same"));

        assertThat(second).isEqualTo(first);
        assertThat(cognee.list(dataset)).hasSize(1);
    }

    @Test
    void two_records_have_two_documents() {
        add(cognee, dataset, deal("1", "Deals 1"));
        add(cognee, dataset, deal("2", "Deals 2"));

        assertThat(cognee.list(dataset))
                .extracting(StoredDocument::name)
                .containsExactlyInAnyOrder("Deals_1", "Deals_2");
    }

    @Test
    void a_changed_document_takes_the_place_of_one_that_was_deleted_before() {
        String old = add(cognee, dataset, deal("1", "as it was"));
        cognee.delete(dataset, old);

        String current = add(cognee, dataset, deal("1", "as it is"));

        assertThat(cognee.list(dataset)).extracting(StoredDocument::dataId).containsExactly(current);
    }

    @Test
    void a_changed_document_added_beside_the_old_one_is_a_second_one_in_1_5_and_refused_in_1_6() throws Exception {
        String old = add(cognee, dataset, deal("1", "as it was"));
        AddResult result = cognee.add(dataset, List.of(deal("1", "as it is")));

        if (isVersion15()) {
            assertThat(result).isInstanceOf(AddResult.Added.class);
            assertThat(cognee.list(dataset)).extracting(StoredDocument::name).containsExactly("Deals_1", "Deals_1");
        } else {
            assertThat(result).isEqualTo(new AddResult.Conflict(List.of(old)));
            assertThat(cognee.list(dataset)).hasSize(1);
        }
    }

    @Test
    void a_document_can_be_deleted_and_deleted_again_before_and_after_its_graph_was_built() {
        String never = add(cognee, dataset, deal("1", "Deals 1"));
        cognee.delete(dataset, never);
        cognee.delete(dataset, never);
        String built = add(cognee, dataset, deal("2", "Deals 2"));
        cognee.cognify(dataset);
        cognee.delete(dataset, built);
        cognee.delete(dataset, built);

        assertThat(cognee.list(dataset)).isEmpty();
    }

    @Test
    void a_repeated_add_keeps_the_metadata_of_the_first() {
        NewDocument first = deal("1", "the same");
        DocumentMetadata later = new DocumentMetadata("Deals", "1", Instant.parse("2026-02-03T04:05:06Z"), "ab12");
        add(cognee, dataset, first);

        add(cognee, dataset, new NewDocument(first.fileName(), first.text(), later));

        assertThat(cognee.list(dataset)).extracting(StoredDocument::metadata).containsExactly(first.metadata());
    }

    @Test
    void a_document_keeps_its_name_whatever_characters_its_record_id_has() {
        // All that the ingress lets in, and as many.
        String recordId = "-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

        add(cognee, dataset, deal(recordId, "Deals of a long name"));
        add(cognee, dataset, deal(recordId.toLowerCase(Locale.ROOT), "Deals of another"));

        assertThat(cognee.list(dataset))
                .extracting(StoredDocument::name)
                .containsExactlyInAnyOrder("Deals_" + recordId, "Deals_" + recordId.toLowerCase(Locale.ROOT));
    }

    @ParameterizedTest
    @ValueSource(ints = {500_000, 2_000_000})
    void a_large_text_is_kept_whole(int characters) throws Exception {
        String text = "Deals 1\n" + "Description: much to say\n".repeat(characters / 25);

        String dataId = add(cognee, dataset, deal("1", text));

        assertThat(raw(dataId)).isEqualTo(text);
        assertThat(add(cognee, dataset, deal("1", text))).as("added again").isEqualTo(dataId);
    }

    @Test
    void a_document_that_was_deleted_and_comes_back_with_the_same_text_is_there_again() {
        cognee.delete(dataset, add(cognee, dataset, deal("1", "Deals 1")));
        String second = add(cognee, dataset, deal("1", "Deals 1"));
        cognee.cognify(dataset);
        cognee.delete(dataset, second);

        String third = add(cognee, dataset, deal("1", "Deals 1"));
        cognee.cognify(dataset);

        assertThat(cognee.list(dataset)).extracting(StoredDocument::dataId).containsExactly(third);
    }

    @Test
    void the_same_text_in_two_datasets_is_two_documents_and_one_stays_when_the_other_goes() throws Exception {
        String elsewhere = newDataset("_elsewhere");
        String there = add(cognee, elsewhere, deal("1", "a record that moves"));
        String here = add(cognee, dataset, deal("1", "a record that moves"));
        cognee.cognify(elsewhere);
        cognee.cognify(dataset);

        cognee.delete(elsewhere, there);

        assertThat(here).isNotEqualTo(there);
        assertThat(cognee.list(elsewhere)).isEmpty();
        assertThat(cognee.list(dataset)).extracting(StoredDocument::dataId).containsExactly(here);
        assertThat(raw(here)).isEqualTo("a record that moves");
    }

    @Test
    void the_text_of_a_document_is_what_was_added_and_empty_if_there_is_none() {
        assertThat(cognee.text(dataset, UUID.randomUUID().toString()))
                .as("no dataset")
                .isEmpty();
        String dataId = add(cognee, dataset, deal("1", "Deals 1: \u00e4 \u4f60"));

        assertThat(cognee.text(dataset, dataId)).contains("Deals 1: \u00e4 \u4f60");
        assertThat(cognee.text(dataset, UUID.randomUUID().toString()))
                .as("no document")
                .isEmpty();
        cognee.delete(dataset, dataId);
        assertThat(cognee.text(dataset, dataId)).as("deleted").isEmpty();
    }

    private String raw(String dataId) throws Exception {
        return call("GET", "/datasets/" + datasetId() + "/data/" + dataId + "/raw")
                .body();
    }

    static Failure failureOf(ThrowingCallable call) {
        return catchThrowableOfType(MemoryException.class, call).failure();
    }
}
