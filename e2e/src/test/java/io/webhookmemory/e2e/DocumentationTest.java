package io.webhookmemory.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.ingress.IngressSettings;
import io.webhookmemory.processor.ProcessorSettings;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.sink.SinkSettings;
import io.webhookmemory.subscriptions.SubscriptionsService;
import io.webhookmemory.subscriptions.channel.SubscriptionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is documented is what is read. */
class DocumentationTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void every_setting_that_a_service_reads_is_in_the_table_and_in_the_example() throws IOException {
        String configuration = Files.readString(ROOT.resolve("docs/configuration.md"));
        String example = Files.readString(ROOT.resolve(".env.example"));

        assertThat(settings()).hasSizeGreaterThan(30).allSatisfy(name -> {
            assertThat(configuration).contains("`" + name + "`");
            assertThat(example).containsPattern("(?m)^#?" + name + "=");
        });
    }

    private static Set<String> settings() {
        SettingsReader reader = new SettingsReader(new Environment(Map.of()));
        IngressSettings.from(reader);
        SubscriptionsService.settings(reader);
        SubscriptionSettings.from(reader);
        ProcessorSettings.from(reader);
        SinkSettings.from(reader);
        return reader.names();
    }
}
