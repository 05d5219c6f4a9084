package io.webhookmemory.sink.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.cognee.AddResult;
import io.webhookmemory.cognee.DocumentMetadata;
import io.webhookmemory.cognee.Memory;
import io.webhookmemory.cognee.NewDocument;
import io.webhookmemory.cognee.StoredDocument;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the histories rest on, said of {@link FakeMemory} and of the double of Cognee alike. */
interface MemoryContract {

    Memory memory();

    @Test
    default void the_same_text_is_the_same_document() {
        Memory memory = memory();
        AddResult first = memory.add("same", List.of(document("1", "a"), document("2", "b")));
        AddResult again = memory.add("same", List.of(document("2", "b"), document("1", "a"), document("3", "c")));

        List<String> firstIds = added(first);
        assertThat(added(again)).startsWith(firstIds.get(1), firstIds.get(0));
        assertThat(memory.list("same")).hasSize(3);
    }

    @Test
    default void another_text_of_the_same_name_is_refused_with_the_ids_in_the_way_or_becomes_a_second_document() {
        Memory memory = memory();
        String old = added(memory.add("other", List.of(document("1", "a")))).get(0);

        AddResult result = memory.add("other", List.of(document("1", "b"), document("2", "c")));

        if (memory.namesConflicts()) {
            assertThat(result).isEqualTo(new AddResult.Conflict(List.of(old)));
            assertThat(memory.list("other")).extracting(StoredDocument::dataId).containsExactly(old);
        } else {
            assertThat(added(result)).hasSize(2);
            assertThat(memory.list("other"))
                    .extracting(StoredDocument::name)
                    .containsExactlyInAnyOrder("Deals_1", "Deals_1", "Deals_2");
        }
    }

    @Test
    default void a_document_written_again_has_a_new_id_and_the_deletion_of_the_old_one_finds_nothing() {
        Memory memory = memory();
        String first = added(memory.add("anew", List.of(document("1", "a")))).get(0);
        memory.delete("anew", first);
        String second = added(memory.add("anew", List.of(document("1", "a")))).get(0);

        memory.delete("anew", first);

        assertThat(second).isNotEqualTo(first);
        assertThat(memory.list("anew")).extracting(StoredDocument::dataId).containsExactly(second);
    }

    @Test
    default void a_dataset_is_gone_with_all_its_documents_and_comes_back_with_the_next() {
        Memory memory = memory();
        memory.add("gone", List.of(document("1", "a"), document("2", "b")));
        memory.deleteDataset("gone");
        assertThat(memory.list("gone")).isEmpty();
        memory.deleteDataset("gone");
        memory.settle("gone");
        memory.delete("gone", "11111111-2222-3333-4444-555555555555");

        memory.add("gone", List.of(document("1", "a")));

        assertThat(memory.list("gone")).extracting(StoredDocument::name).containsExactly("Deals_1");
    }

    private static List<String> added(AddResult result) {
        assertThat(result).isInstanceOf(AddResult.Added.class);
        return ((AddResult.Added) result).dataIds();
    }

    private static NewDocument document(String record, String content) {
        Instant at = Instant.parse("2026-01-01T00:00:00Z");
        return new NewDocument(
                "Deals_" + record + ".txt",
                "Deals " + record + "\n" + content,
                new DocumentMetadata("Deals", record, at, content));
    }
}
