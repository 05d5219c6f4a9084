package io.webhookmemory.cognee;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** Documents for tests. */
final class Documents {
    private Documents() {}

    static NewDocument deal(String recordId, String text) {
        Instant time = Instant.parse("2026-01-02T03:04:05.678Z");
        return new NewDocument(
                "Deals_" + recordId + ".txt", text, new DocumentMetadata("Deals", recordId, time, "ab12"));
    }

    /** Deals numbered so, with texts that no other dataset has. */
    static List<NewDocument> deals(String dataset, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> deal(String.valueOf(i), "Deals " + i + " of " + dataset))
                .toList();
    }

    /** Adds a document that no other content under its name conflicts with; returns its id. */
    static String add(Memory memory, String dataset, NewDocument document) {
        AddResult result = memory.add(dataset, List.of(document));
        assertThat(result).isInstanceOf(AddResult.Added.class);
        return ((AddResult.Added) result).dataIds().get(0);
    }
}
