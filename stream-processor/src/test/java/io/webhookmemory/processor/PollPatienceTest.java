package io.webhookmemory.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PollPatienceTest {
    private static final Duration USUAL = Duration.ofMillis(100);

    private final PollPatience patience = new PollPatience();

    private void pollNothing(Duration asked, int times) {
        for (int i = 0; i < times; i++) {
            patience.polled(asked, true);
        }
    }

    @Test
    void waitsLongerOnceNothingHasComeForAWhile() {
        pollNothing(USUAL, PollPatience.POLLS_AS_ASKED - 1);
        assertThat(patience.of(USUAL)).isEqualTo(USUAL);

        pollNothing(USUAL, 1);
        assertThat(patience.of(USUAL)).isEqualTo(PollPatience.LONG);
    }

    @Test
    void waitsAsAskedAgainAfterARecordSoThatItsCommitIsNotLate() {
        pollNothing(USUAL, PollPatience.POLLS_AS_ASKED);

        patience.polled(USUAL, false);

        assertThat(patience.of(USUAL)).isEqualTo(USUAL);
    }

    @Test
    void neverWaitsWhereTheCallerDoesNotWantToWait() {
        pollNothing(Duration.ZERO, PollPatience.POLLS_AS_ASKED);
        assertThat(patience.of(USUAL)).isEqualTo(USUAL);

        pollNothing(USUAL, PollPatience.POLLS_AS_ASKED);
        assertThat(patience.of(Duration.ZERO)).isZero();
    }

    @Test
    void neverWaitsShorterThanAsked() {
        pollNothing(USUAL, PollPatience.POLLS_AS_ASKED);

        assertThat(patience.of(Duration.ofSeconds(2))).isEqualTo(Duration.ofSeconds(2));
    }
}
