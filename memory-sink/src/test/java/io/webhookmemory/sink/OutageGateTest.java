package io.webhookmemory.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.testing.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class OutageGateTest {
    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private boolean isWell = true;

    @AutoClose
    private final OutageGate gate = new OutageGate("memory", clock, () -> isWell);

    @Test
    void a_record_that_fails_alone_is_at_fault() {
        succeed();
        clock.advance(Duration.ofMinutes(1));

        assertThat(failsForTheLastTime("poison")).isTrue();
        assertThat(gate.isOpen()).isFalse();
    }

    @Test
    void a_record_that_fails_alone_is_not_at_fault_where_the_other_side_says_that_it_is_not_well() {
        succeed();
        clock.advance(Duration.ofMinutes(1));
        isWell = false;

        assertThat(failsForTheLastTime("first")).isFalse();
        assertThat(gate.isOpen()).isTrue();
    }

    @Test
    void where_several_fail_and_none_gets_through_that_is_an_outage_however_few_they_are() {
        succeed();
        clock.advance(Duration.ofMinutes(1));
        assertThat(failsAtFirst("second")).isTrue();

        assertThat(failsForTheLastTime("first")).isFalse();
        assertThat(gate.isOpen()).isTrue();
        assertThat(gate.health().toString()).contains("memory is out: http_500");
    }

    @Test
    void a_record_that_fails_while_others_get_through_is_at_fault_though_more_fail() {
        failsAtFirst("another");
        succeed();
        failsAtFirst("another");

        assertThat(failsForTheLastTime("poison")).isTrue();
        assertThat(gate.isOpen()).isFalse();
    }

    @Test
    void a_refusal_that_says_for_how_long_keeps_the_gate_closed_to_all_for_so_long() {
        assertThat(gate.tryEnter()).isTrue();
        gate.refused("http_503", Optional.of(Duration.ofHours(1)));

        await().during(Duration.ofMillis(600)).until(() -> !gate.tryEnter());
    }

    private void succeed() {
        assertThat(gate.tryEnter()).isTrue();
        gate.succeeded();
    }

    private boolean failsAtFirst(String record) {
        assertThat(gate.tryEnter()).isTrue();
        return gate.failed("http_500", new OutageGate.Try(record, Optional.empty(), false));
    }

    /** Having failed first a second ago. */
    private boolean failsForTheLastTime(String record) {
        assertThat(gate.tryEnter()).isTrue();
        return gate.failed(
                "http_500",
                new OutageGate.Try(record, Optional.of(clock.instant().minusSeconds(1)), true));
    }
}
