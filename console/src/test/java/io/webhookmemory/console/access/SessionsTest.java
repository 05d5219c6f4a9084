package io.webhookmemory.console.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.testkit.MutableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private final MutableClock clock = new MutableClock(Instant.parse("2026-11-27T12:00:00Z"));
    private final Sessions sessions = new Sessions(clock);

    @Test
    void a_session_ends_after_ten_hours() {
        String id = sessions.begin("operator");

        assertThat(sessions.user(id)).contains("operator");
        clock.advance(Duration.ofHours(10));
        assertThat(sessions.user(id)).isEmpty();
    }

    @Test
    void the_oldest_sessions_go_when_there_are_too_many() {
        String first = sessions.begin("operator");
        for (int i = 0; i < 200; i++) {
            sessions.begin("operator");
        }

        assertThat(sessions.user(first)).isEmpty();
    }

    @Test
    void a_form_of_one_browser_is_refused_from_another() {
        String one = sessions.newId();
        String other = sessions.newId();

        assertThat(sessions.isCsrfToken(one, sessions.csrfToken(one))).isTrue();
        assertThat(sessions.isCsrfToken(other, sessions.csrfToken(one))).isFalse();
    }
}
