package io.webhookmemory.topics.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CommitNoteTest {
    private static final List<Long> UNFINISHED = List.of(100L, 101L, 104L, 105L, 107L, 109L, 111L, 113L, 115L);
    private static final String NOTE = CommitNote.of(116, UNFINISHED).toMetadata(100);

    @Test
    void events_are_counted_and_not_the_markers_between_them() {
        assertThat(CommitNote.waiting(100, NOTE, 116)).isEqualTo(9);
    }

    @Test
    void what_has_not_been_read_yet_counts_in_full() {
        assertThat(CommitNote.waiting(100, NOTE, 1116)).isEqualTo(1009);
    }

    @Test
    void without_a_note_of_ours_the_offsets_count() {
        assertThat(CommitNote.waiting(100, "", 116)).isEqualTo(16);
        assertThat(CommitNote.waiting(100, null, 116)).isEqualTo(16);
        assertThat(CommitNote.waiting(100, "AgAAAZ", 116)).isEqualTo(16);
        assertThat(CommitNote.waiting(100, "read-to=99999999999999999999 unfinished=1", 116))
                .isEqualTo(16);
    }

    @Test
    void a_note_never_makes_more_of_it_than_the_offsets_do() {
        assertThat(CommitNote.waiting(115, NOTE, 116)).isEqualTo(1);
        assertThat(CommitNote.waiting(120, NOTE, 116)).isZero();
    }

    @Test
    void a_note_names_the_unfinished_records() {
        assertThat(NOTE).isEqualTo("read-to=116 unfinished=9 at=0,1,3,1,2,2,2,2,2");
        CommitNote read = CommitNote.parse(100, NOTE).orElseThrow();
        assertThat(read).isEqualTo(CommitNote.of(116, UNFINISHED));
        assertThat(read.knownTo(100)).isEqualTo(116);
    }

    @Test
    void a_note_that_would_be_too_long_names_the_first_ones() {
        List<Long> many = LongStream.range(0, 2_000).mapToObj(i -> 100 + 2 * i).toList();
        String metadata = CommitNote.of(5_000, many).toMetadata(100);
        CommitNote read = CommitNote.parse(100, metadata).orElseThrow();

        assertThat(metadata).hasSizeBetween(2_040, 2_048);
        assertThat(read.unfinished()).isEqualTo(2_000);
        assertThat(read.offsets())
                .hasSizeGreaterThan(1_000)
                .isEqualTo(many.subList(0, read.offsets().size()));
        assertThat(read.knownTo(100)).isEqualTo(many.get(read.offsets().size() - 1) + 1);
    }

    @Test
    void a_note_of_an_earlier_version_says_how_many_and_not_which() {
        CommitNote read = CommitNote.parse(100, "read-to=116 unfinished=9").orElseThrow();

        assertThat(read.knownTo(100)).isEqualTo(100);
        assertThat(CommitNote.waiting(100, "read-to=116 unfinished=9", 116)).isEqualTo(9);
    }
}
