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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

class DoubleMemoryIT {
    private final CogneeDouble cognee = CogneeDouble.start();

    @AfterEach
    void stop() {
        cognee.close();
    }

    private Memory client(CogneeVersion version) {
        cognee.version(version);
        SettingsReader settings = new SettingsReader(new Environment(Map.of("COGNEE_URL", cognee.url())));
        return CogneeClient.create(CogneeSettings.from(settings), new SimpleMeterRegistry());
    }

    @Nested
    class WithConflicts implements MemoryContract {
        @Override
        public Memory memory() {
            return client(CogneeVersion.V1_6);
        }
    }

    @Nested
    class WithoutConflicts implements MemoryContract {
        @Override
        public Memory memory() {
            return client(CogneeVersion.V1_5);
        }
    }
}
