package io.webhookmemory.sink.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.sink.cognee.Memory;
import io.webhookmemory.sink.cognee.NewDocument;
import io.webhookmemory.sink.cognee.StoredDocument;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MemoryViewsTest {
    private static final int DOCUMENTS_PER_DATASET = 10;

    private final Listings memory = new Listings();
    private final MemoryViews views = new MemoryViews(memory, Clock.systemUTC(), 3 * DOCUMENTS_PER_DATASET);

    @Test
    void a_dataset_is_listed_once_and_again_after_it_was_forgotten() {
        views.of("a");
        views.of("a");
        views.forget("a");
        views.of("a");

        assertThat(memory.listed).containsExactly("a", "a");
    }

    @Test
    void a_dataset_is_settled_at_its_first_touch_and_whenever_a_change_may_be_under_way() {
        views.of("a");
        views.forget("a");
        views.of("a");
        assertThat(memory.settled).containsExactly("a");

        views.doubt("a");
        views.of("a");
        views.forgetAll();
        views.of("a");
        assertThat(memory.settled).containsExactly("a", "a", "a");
    }

    @Test
    void the_longest_untouched_datasets_go_when_there_are_too_many_documents() {
        List.of("a", "b", "c").forEach(views::of);
        views.of("a");
        views.of("d");
        memory.listed.clear();

        List.of("a", "c", "d").forEach(views::of);
        assertThat(memory.listed).isEmpty();
        views.of("b");
        assertThat(memory.listed).containsExactly("b");
    }

    @Test
    void one_dataset_may_hold_more_than_all_together_should() {
        for (int i = 0; i < 4 * DOCUMENTS_PER_DATASET; i++) {
            views.of("large").put(new StoredDocument("id" + i, "Deals_more" + i, null));
        }
        views.of("large");

        assertThat(memory.listed).containsExactly("large");
    }

    /** Datasets of ten documents each. */
    private static final class Listings implements Memory {
        private final List<String> listed = new ArrayList<>();
        private final List<String> settled = new ArrayList<>();

        @Override
        public boolean isAvailable() {
            return true;
        }

        @Override
        public List<StoredDocument> listSettled(String dataset) {
            settled.add(dataset);
            return list(dataset);
        }

        @Override
        public List<StoredDocument> list(String dataset) {
            listed.add(dataset);
            return IntStream.range(0, DOCUMENTS_PER_DATASET)
                    .mapToObj(i -> new StoredDocument(dataset + i, "Deals_" + i, null))
                    .toList();
        }

        @Override
        public String add(String dataset, NewDocument document) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void delete(String dataset, String dataId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void deleteDataset(String dataset) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean canBuildGraphs() {
            return true;
        }

        @Override
        public boolean cognify(String dataset) {
            throw new UnsupportedOperationException();
        }
    }
}
