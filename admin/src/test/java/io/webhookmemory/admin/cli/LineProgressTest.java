package io.webhookmemory.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LineProgressTest {
    @Test
    void a_line_comes_every_five_seconds_however_often_it_is_told() {
        AtomicLong clock = new AtomicLong();
        StringWriter out = new StringWriter();
        try (LineProgress progress = new LineProgress(new PrintWriter(out, true), clock::get)) {
            progress.begin("replay r", 10_000);
            for (int second = 1; second <= 11; second++) {
                clock.addAndGet(Duration.ofSeconds(1).toNanos());
                progress.at(second * 900L, second * 9L);
            }
        }

        assertThat(out.toString().lines())
                .containsExactly(
                        "replay r: read 4,500 of 10,000, 45 taken", "replay r: read 9,000 of 10,000, 90 taken");
    }
}
