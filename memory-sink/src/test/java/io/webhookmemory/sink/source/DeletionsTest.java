package io.webhookmemory.sink.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.zoho.api.DeletedRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeletionsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final List<DeletedRecord> inZoho = new ArrayList<>();
    private int readings;
    private final Deletions deletions = new Deletions((module, since) -> {
        readings++;
        return List.copyOf(inZoho);
    });

    @Test
    void records_that_were_deleted_at_once_are_looked_up_at_once() {
        for (int i = 0; i < 1000; i++) {
            inZoho.add(new DeletedRecord("r" + i, NOON, false));
        }

        for (int i = 0; i < 1000; i++) {
            assertThat(of("r" + i, NOON)).contains(NOON.plusMillis(999));
        }
        assertThat(readings).isEqualTo(1);
    }

    @Test
    void a_deletion_that_was_read_before_says_nothing_of_one_that_came_after() {
        inZoho.add(new DeletedRecord("r", NOON, false));
        of("r", NOON);
        Instant later = NOON.plusSeconds(60);
        inZoho.add(new DeletedRecord("r", later, true));

        assertThat(of("r", NOON.plusSeconds(30))).contains(later.plusMillis(999));
    }

    @Test
    void what_the_last_reading_did_not_know_is_read_again() {
        assertThat(of("r", NOON)).isEmpty();
        inZoho.add(new DeletedRecord("r", NOON, false));

        assertThat(of("r", NOON)).isPresent();
    }

    private Optional<Instant> of(String id, Instant after) {
        return deletions.of("Deals", id, after, after.minus(Duration.ofHours(1)));
    }
}
