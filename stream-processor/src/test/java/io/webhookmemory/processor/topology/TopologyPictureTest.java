package io.webhookmemory.processor.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.junit.jupiter.api.Test;

/** The picture in docs/design.md is that of the topology: every processor, store, topic and arrow, and no other. */
class TopologyPictureTest {
    private static final Pattern PICTURE = Pattern.compile("```mermaid\\R(flowchart TB\\R.*?)```", Pattern.DOTALL);
    /** {@code a --> b} or {@code a -.- b}; a node may say its shape and text where it is named. */
    private static final Pattern EDGE = Pattern.compile(
            "^\\s*(\\S+?)(?:[\\[({].*?[\\])}])? (-->|-\\.-) (\\S+?)(?:[\\[({].*[\\])}])?$", Pattern.MULTILINE);

    @Test
    void the_documented_picture_is_the_topology() throws IOException {
        String document = Files.readString(Path.of("../docs/design.md"));
        String picture = PICTURE.matcher(document)
                .results()
                .map(match -> match.group(1))
                .findFirst()
                .orElseThrow();

        assertThat(edges(picture)).isEqualTo(edges(TopologyRun.topology(TopologyRun.settings(Map.of()))));
    }

    @Test
    void topics_follow_the_modules_and_nothing_else_changes_the_topology() {
        assertThat(edges(TopologyRun.topology(TopologyRun.settings(Map.of("WEBHOOK_MODULES", "Deals,Leads")))))
                .contains("enrich --> zoho.leads", "enrich --> zoho.deals")
                .doesNotContain("enrich --> zoho.accounts");
        assertThat(TopologyRun.topology(TopologyRun.settings(
                                Map.of("WEBHOOK_EVENT_TTL", "60", "STREAM_PROCESSOR_THREADS", "4")))
                        .describe())
                .hasToString(TopologyRun.topology(TopologyRun.settings(Map.of()))
                        .describe()
                        .toString());
    }

    private static Set<String> edges(String picture) {
        Set<String> edges = new TreeSet<>();
        EDGE.matcher(picture).results().map(TopologyPictureTest::edge).forEach(edges::add);
        return edges;
    }

    private static String edge(MatchResult match) {
        return match.group(1) + " " + match.group(2) + " " + match.group(3);
    }

    private static Set<String> edges(Topology topology) {
        Set<String> edges = new TreeSet<>();
        TopologyDescription description = topology.describe();
        description.globalStores().forEach(global -> {
            edges.add(String.join(",", global.source().topicSet()) + " --> "
                    + String.join(",", global.processor().stores()));
        });
        description.subtopologies().stream()
                .flatMap(part -> part.nodes().stream())
                .forEach(node -> edges(node, edges));
        return edges;
    }

    private static void edges(TopologyDescription.Node node, Set<String> edges) {
        if (node instanceof TopologyDescription.Source source) {
            edges.add(String.join(",", source.topicSet()) + " --> " + source.name());
        }
        if (node instanceof TopologyDescription.Processor processor) {
            processor.stores().forEach(store -> edges.add(node.name() + " -.- " + store));
        }
        for (TopologyDescription.Node next : node.successors()) {
            String name = next instanceof TopologyDescription.Sink sink ? sink.topic() : next.name();
            edges.add(node.name() + " --> " + name);
        }
    }
}
