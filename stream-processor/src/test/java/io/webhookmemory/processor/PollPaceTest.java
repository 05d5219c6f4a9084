package io.webhookmemory.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PollPaceTest {
    private static final Duration USUAL = Duration.ofMillis(100);

    private final PollPace pace = new PollPace();

    @Test
    void waitsAfterFewRecordsSoThatMoreCome() {
        pace.polled(1);

        assertThat(pace.before(USUAL)).isEqualTo(PollPace.GATHERING);
    }

    @Test
    void doesNotDelayTheFirstRecordAfterAQuietTime() {
        assertThat(pace.before(USUAL)).isZero();

        pace.polled(1);
        pace.polled(0);

        assertThat(pace.before(USUAL)).isZero();
    }

    @Test
    void doesNotSlowDownABacklog() {
        pace.polled(PollPace.FEW);

        assertThat(pace.before(USUAL)).isZero();
    }

    @Test
    void doesNotSlowDownTheReadingOfTheWholeDirectoryAtTheStart() {
        pace.polled(1);

        assertThat(pace.before(USUAL.plus(Duration.ofSeconds(30)))).isZero();
    }
}
