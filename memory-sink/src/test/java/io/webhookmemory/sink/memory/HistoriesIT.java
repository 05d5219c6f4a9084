package io.webhookmemory.sink.memory;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.cognee.CogneeClient;
import io.webhookmemory.cognee.CogneeSettings;
import io.webhookmemory.cognee.Memory;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.testkit.cognee.CogneeVersion;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Some of the histories of {@link HistoriesTest} over HTTP, on every version of Cognee. */
class HistoriesIT {
    private static final int HISTORIES = Math.max(100, Integer.getInteger("test.histories", 0) / 20);
    /** Listing all datasets takes longer the more there are. */
    private static final int HISTORIES_PER_SERVER = 20;

    @ParameterizedTest
    @EnumSource
    void memory_ends_as_the_model_says(History.Source source) {
        CogneeVersion[] versions = CogneeVersion.values();
        for (int first = 0; first < HISTORIES; first += HISTORIES_PER_SERVER) {
            CogneeVersion version = versions[first / HISTORIES_PER_SERVER % versions.length];
            try (CogneeDouble cognee = CogneeDouble.start().version(version)) {
                Memory memory = client(cognee);
                for (int number = first; number < first + HISTORIES_PER_SERVER; number++) {
                    History history = new History(number, source, memory, true);
                    history.play();
                    HistoriesTest.check(history, documents(cognee, history));
                }
            }
        }
    }

    private static Memory client(CogneeDouble cognee) {
        SettingsReader settings = new SettingsReader(new Environment(Map.of("COGNEE_URL", cognee.url())));
        return CogneeClient.create(CogneeSettings.from(settings), new SimpleMeterRegistry());
    }

    private static Map<String, String> documents(CogneeDouble cognee, History history) {
        Map<String, String> documents = new TreeMap<>();
        for (CogneeDouble.Document document : cognee.documents()) {
            if (history.owns(document.dataset())) {
                HistoriesTest.merge(documents, document.name(), document.dataset(), document.text());
            }
        }
        return documents;
    }
}
