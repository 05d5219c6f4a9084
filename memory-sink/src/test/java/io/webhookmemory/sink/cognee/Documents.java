package io.webhookmemory.sink.cognee;

import java.time.Instant;

/** Documents for tests. */
final class Documents {
    private Documents() {}

    static NewDocument deal(String recordId, String text) {
        Instant time = Instant.parse("2026-01-02T03:04:05.678Z");
        return new NewDocument(
                "Deals_" + recordId + ".txt", text, new DocumentMetadata("Deals", recordId, time, "ab12"));
    }
}
