package io.webhookmemory.topics.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommitNoteTest {
    private static final String NOTE = new CommitNote(116, 9).toMetadata();

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
}
