package io.webhookmemory.sink.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.embedded.cognee.CogneeDouble;
import io.webhookmemory.embedded.cognee.CogneeVersion;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.sink.cognee.CogneeClient;
import io.webhookmemory.sink.cognee.CogneeSettings;
import io.webhookmemory.sink.cognee.Memory;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Generated histories of a few records that change, move, are deleted and come back; their events are
 * repeated, fail and are tried again out of order; calls fail before and after they took effect, and the process is
 * killed at any step. In the end memory holds what a plain model says.
 */
class HistoriesIT {
    /** For more: {@code mvn verify -Dtest.histories=10000}. */
    private static final int HISTORIES = Integer.getInteger("test.histories", 1_000);
    /** Listing all datasets takes longer the more there are. */
    private static final int HISTORIES_PER_SERVER = 20;

    @ParameterizedTest
    @EnumSource
    void memory_ends_as_the_model_says(History.Source source) {
        for (int first = 0; first < HISTORIES; first += HISTORIES_PER_SERVER) {
            CogneeVersion version = first / HISTORIES_PER_SERVER % 2 == 0 ? CogneeVersion.V1_6 : CogneeVersion.V1_5;
            try (CogneeDouble cognee = CogneeDouble.start().version(version)) {
                Memory memory = client(cognee);
                for (int number = first; number < first + HISTORIES_PER_SERVER; number++) {
                    play(new History(number, source, memory, new Random(number)), cognee);
                }
            }
        }
    }

    private static void play(History history, CogneeDouble cognee) {
        history.play();

        assertThat(documents(cognee, history)).as(history::toString).isEqualTo(history.expected());
        assertThat(history.datasetsWithUnbuiltDocuments()).as(history::toString).isEmpty();
        assertThat(history.datasetsOfUnrefreshedAccounts())
                .as(history::toString)
                .isEmpty();
    }

    private static Memory client(CogneeDouble cognee) {
        SettingsReader settings = new SettingsReader(new Environment(Map.of("COGNEE_URL", cognee.url())));
        return CogneeClient.create(CogneeSettings.from(settings), new SimpleMeterRegistry());
    }

    private static Map<String, String> documents(CogneeDouble cognee, History history) {
        Map<String, String> documents = new TreeMap<>();
        for (CogneeDouble.Document document : cognee.documents()) {
            if (history.owns(document.dataset())) {
                String content = document.text().lines().skip(1).findFirst().orElse("");
                documents.merge(
                        document.name(), document.dataset() + ": " + content, (one, other) -> one + " AND " + other);
            }
        }
        return documents;
    }
}
