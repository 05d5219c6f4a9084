package io.webhookmemory.sink.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Generated histories of a few records that change, move, are deleted and come back; their events are repeated, fail and are
 * tried again out of order; calls fail before and after they took effect; the process is killed or frozen at any step, and
 * continues when another has long taken over. In the end memory holds what a plain model says.
 */
class HistoriesTest {
    /** For more: {@code mvn verify -Dtest.histories=100000}. */
    private static final int HISTORIES = Integer.getInteger("test.histories", 2_000);

    @ParameterizedTest
    @EnumSource
    void memory_ends_as_the_model_says(History.Source source) {
        for (int number = 0; number < HISTORIES; number++) {
            try {
                play(number, source, false);
            } catch (AssertionError e) {
                // Once more, with all that happens.
                play(number, source, true);
                throw e;
            }
        }
    }

    private static void play(int number, History.Source source, boolean isTraced) {
        FakeMemory memory = new FakeMemory(number % 2 == 0);
        History history = new History(number, source, memory, isTraced);

        history.play();

        Map<String, String> documents = new TreeMap<>();
        memory.documents().forEach(held -> merge(documents, held.document().name(), held.dataset(), held.text()));
        check(history, documents);
    }

    /** One line a record; more than one document of it shows. */
    static void merge(Map<String, String> documents, String name, String dataset, String text) {
        String content = text.lines().skip(1).findFirst().orElse("");
        documents.merge(name, dataset + ": " + content, (one, other) -> one + " AND " + other);
    }

    static void check(History history, Map<String, String> documents) {
        assertThat(documents).as(history::toString).isEqualTo(history.expected());
        assertThat(history.datasetsWithUnbuiltDocuments()).as(history::toString).isEmpty();
        assertThat(history.datasetsOfUnrefreshedAccounts())
                .as(history::toString)
                .isEmpty();
    }
}
