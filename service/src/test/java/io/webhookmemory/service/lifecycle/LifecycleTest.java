package io.webhookmemory.service.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LifecycleTest {

    @Test
    void a_life_goes_one_way_and_stopping_twice_does_its_work_once() {
        Lifecycle lifecycle = new Lifecycle();

        assertThat(lifecycle.transitionTo(LifecycleState.RUNNING)).isTrue();
        assertThat(lifecycle.transitionTo(LifecycleState.STOPPING)).isTrue();
        assertThat(lifecycle.transitionTo(LifecycleState.STOPPING)).isFalse();
        assertThat(lifecycle.transitionTo(LifecycleState.RUNNING)).isFalse();
        assertThat(lifecycle.terminated()).isNotDone();
        assertThat(lifecycle.transitionTo(LifecycleState.STOPPED)).isTrue();
        assertThat(lifecycle.terminated()).isCompleted();
    }

    @Test
    void the_first_fatal_error_is_what_the_runner_sees() {
        Lifecycle lifecycle = new Lifecycle();

        lifecycle.fail(new IllegalStateException("first"));
        lifecycle.fail(new IllegalStateException("second"));

        assertThat(lifecycle.terminated())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .withMessage("first");
    }
}
