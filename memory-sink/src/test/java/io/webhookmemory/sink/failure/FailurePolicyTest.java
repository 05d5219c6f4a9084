package io.webhookmemory.sink.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.cognee.Failure;
import io.webhookmemory.sink.failure.Decision.Cause;
import io.webhookmemory.sink.failure.Decision.DeadLetter;
import io.webhookmemory.sink.failure.Decision.Defer;
import io.webhookmemory.sink.failure.Decision.Hold;
import io.webhookmemory.sink.failure.Decision.Retry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The table of docs/failures.md, a test a row. */
class FailurePolicyTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Failure HTTP_500 = new Failure.Transient("http_500", Optional.empty());
    private static final Failure TIMEOUT = new Failure.Transient(Failure.TIMEOUT, Optional.empty());
    private static final Failure OUTAGE = new Failure.Outage("unreachable");

    private final FailurePolicy policy = policy(3, 0);
    private final Target target = new Target();

    @Test
    void the_document_has_the_rows_of_the_code() throws IOException {
        List<String> documented = Files.readAllLines(Path.of("../docs/failures.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| row ") && !line.startsWith("| --- "))
                .map(line -> line.substring(2, line.indexOf('|', 2)).strip())
                .toList();

        assertThat(Rule.TABLE).extracting(Rule::name).containsExactlyElementsOf(documented);
    }

    @Test
    void a_permanent_failure_is_a_dead_letter() {
        assertThat(decide("permanent", new Failure.Permanent("http_400"), History.NONE))
                .isEqualTo(new DeadLetter());
    }

    @Test
    void an_outage_holds_the_event_however_often_it_has_failed() {
        assertThat(decide("outage", OUTAGE, failed("http_500", 3, 4))).isEqualTo(new Hold(Duration.ZERO, Cause.OUTAGE));
    }

    @Test
    void a_busy_dataset_is_paused_at_first() {
        Hold pause = new Hold(Duration.ofSeconds(4), Cause.BUSY);
        assertThat(decide("busy dataset, at first", TIMEOUT, History.NONE)).isEqualTo(pause);
        assertThat(decide("busy dataset, at first", TIMEOUT, failedSince(Failure.TIMEOUT, Duration.ofSeconds(59))))
                .isEqualTo(pause);
    }

    @Test
    void a_pause_is_as_long_as_the_target_asks_for() {
        Failure asks = new Failure.Transient(Failure.TIMEOUT, Optional.of(Duration.ofSeconds(20)));

        assertThat(decide("busy dataset, at first", asks, History.NONE))
                .isEqualTo(new Hold(Duration.ofSeconds(20), Cause.BUSY));
    }

    @Test
    void an_event_of_a_dataset_that_stays_busy_is_deferred_for_ever_longer() {
        assertThat(decide("busy dataset", TIMEOUT, failedSince(Failure.TIMEOUT, Duration.ofMinutes(2))))
                .isEqualTo(new Defer(Duration.ofMinutes(1), Cause.BUSY));
        assertThat(policy(3, 1).growing(Duration.ofMinutes(2), Optional.empty()))
                .isEqualTo(Duration.ofMinutes(2));
        assertThat(decide("busy dataset", TIMEOUT, failedSince(Failure.TIMEOUT, Duration.ofSeconds(1799))))
                .isEqualTo(new Defer(Duration.ofMinutes(5), Cause.BUSY));
    }

    @Test
    void a_deletion_refused_by_a_busy_dataset_has_the_patience_of_a_timeout() {
        Failure refused = new Failure.Transient("http_409", Optional.empty()).ofBusyDataset();

        assertThat(decide("busy dataset, at first", refused, History.NONE)).isInstanceOf(Hold.class);
        assertThat(decide("busy dataset", refused, failedSince("http_409", Duration.ofMinutes(29))))
                .isInstanceOf(Defer.class);
    }

    @Test
    void the_patience_ends_when_a_graph_would_have_been_built() {
        assertThat(decide("retries left", TIMEOUT, failedSince(Failure.TIMEOUT, Duration.ofMinutes(30))))
                .isInstanceOf(Retry.class);
    }

    @Test
    void the_patience_is_not_used_up_by_what_the_event_waited_for_before() {
        assertThat(decide("busy dataset, at first", TIMEOUT, failedSince("http_500", Duration.ofHours(1))))
                .isInstanceOf(Hold.class);
    }

    @Test
    void a_run_that_builds_a_graph_holds_the_lock_and_has_no_patience() {
        assertThat(policy.withoutPatience().decide(TIMEOUT, History.NONE, target.state(), NOW))
                .isInstanceOf(Retry.class);
    }

    @Test
    void a_trial_that_fails_uses_up_no_retry_and_is_back_within_four_seconds() {
        target.breakerClosed = false;

        assertThat(decide("breaker not closed", HTTP_500, failed("http_500", 3, 4)))
                .isEqualTo(new Defer(Duration.ofSeconds(2), Cause.OUTAGE));
        assertThat(new FailurePolicy(3, Duration.ofSeconds(30), Duration.ZERO, () -> 1).shortly(Optional.empty()))
                .isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void a_transient_failure_is_tried_again_while_retries_are_left() {
        assertThat(decide("retries left", HTTP_500, History.NONE)).isEqualTo(new Retry(1, Duration.ofSeconds(2)));
        assertThat(decide("retries left", HTTP_500, failed("http_500", 2, 2)))
                .isEqualTo(new Retry(3, Duration.ofSeconds(8)));
    }

    @Test
    void each_retry_waits_twice_as_long_with_up_to_a_fifth_of_jitter_and_never_over_thirty_seconds() {
        assertThat(policy(9, 1).delay(1, Optional.empty())).isEqualTo(Duration.ofMillis(2400));
        assertThat(policy(9, 1).delay(9, Optional.empty())).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void no_delay_is_shorter_than_the_target_asks_for() {
        Optional<Duration> asked = Optional.of(Duration.ofMinutes(2));

        assertThat(policy.delay(1, asked)).isEqualTo(Duration.ofMinutes(2));
        assertThat(policy.shortly(asked)).isEqualTo(Duration.ofMinutes(2));
        assertThat(policy.growing(Duration.ZERO, asked)).isEqualTo(Duration.ofMinutes(2));
        assertThat(policy.delay(2, Optional.of(Duration.ofSeconds(1)))).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void an_outage_that_only_one_dataset_sees_is_tried_again_and_then_a_dead_letter() {
        target.outageMayBeOwn = true;
        target.othersSucceededSinceLast = true;

        assertThat(decide("retries left", OUTAGE, failed("unreachable", 0, 0))).isInstanceOf(Retry.class);
        assertThat(decide("outage for this record only", OUTAGE, failed("unreachable", 3, 3)))
                .isEqualTo(new DeadLetter());
    }

    @Test
    void an_outage_is_no_datasets_own_at_first_nor_while_no_graph_is_built_or_health_is_bad() {
        target.outageMayBeOwn = true;
        assertThat(decide("outage", OUTAGE, History.NONE)).isInstanceOf(Hold.class);

        target.isWell = false;
        assertThat(decide("outage", OUTAGE, failed("unreachable", 0, 0))).isInstanceOf(Hold.class);
    }

    @Test
    void a_target_that_fails_half_of_all_attempts_defers_up_to_the_nineteenth_failure() {
        target.othersSucceeded = true;
        target.othersFailed = true;
        target.failureRate = 0.5;

        assertThat(decide("sick target", HTTP_500, failed("http_500", 3, 18)))
                .isEqualTo(new Defer(Duration.ofSeconds(30), Cause.SICK));
        assertThat(decide("others succeed", HTTP_500, failed("http_500", 3, 19)))
                .isEqualTo(new DeadLetter());
    }

    @Test
    void a_record_that_fails_while_others_succeed_is_dead_after_its_retries_though_more_fail() {
        target.othersSucceeded = true;
        target.othersFailed = true;

        assertThat(decide("others succeed", HTTP_500, failed("http_500", 3, 3))).isEqualTo(new DeadLetter());
    }

    @Test
    void a_success_from_before_others_began_to_fail_proves_nothing() {
        target.othersSucceeded = true;
        target.othersFailed = true;
        target.newFailures = true;

        assertThat(decide("no success", HTTP_500, failed("http_500", 3, 3))).isInstanceOf(Defer.class);
    }

    @Test
    void a_record_that_fails_alone_is_dead_after_its_retries_where_the_target_is_well() {
        assertThat(decide("only this record fails", HTTP_500, failed("http_500", 3, 3)))
                .isEqualTo(new DeadLetter());
    }

    @Test
    void a_record_that_fails_alone_is_not_at_fault_where_the_target_is_not_well() {
        target.isWell = false;

        assertThat(decide("no success", HTTP_500, failed("http_500", 3, 3)))
                .isEqualTo(new Defer(Duration.ofSeconds(2), Cause.OUTAGE));
    }

    @Test
    void where_several_fail_and_none_succeeds_that_is_an_outage_however_few_they_are() {
        target.othersFailed = true;

        assertThat(decide("no success", HTTP_500, failed("http_500", 3, 3))).isInstanceOf(Defer.class);
    }

    @Test
    void without_retry_topics_what_would_be_deferred_is_held() {
        FailurePolicy none = policy(0, 0);
        target.othersFailed = true;

        assertThat(none.decide(HTTP_500, History.NONE, target.state(), NOW))
                .isEqualTo(new Hold(Duration.ZERO, Cause.OUTAGE));
        assertThat(none.decide(TIMEOUT, failedSince(Failure.TIMEOUT, Duration.ofMinutes(2)), target.state(), NOW))
                .isEqualTo(new Hold(FailurePolicy.LONGEST_PAUSE, Cause.BUSY));
    }

    /** The decision, if the row that made it is the one expected. */
    private Decision decide(String row, Failure failure, History history) {
        Rule rule = Rule.of(new Rule.Case(failure, history, target.state(), NOW, policy));
        assertThat(rule.name()).isEqualTo(row);
        return policy.decide(failure, history, target.state(), NOW);
    }

    private static FailurePolicy policy(int maxRetries, double jitter) {
        return new FailurePolicy(maxRetries, Duration.ofSeconds(2), Duration.ofMinutes(30), () -> jitter);
    }

    private static History failed(String reason, int retries, int failures) {
        Instant last = NOW.minusSeconds(10);
        return new History(retries, failures, reason, Optional.of(NOW.minusSeconds(60)), Optional.of(last));
    }

    private static History failedSince(String reason, Duration ago) {
        return new History(0, 0, reason, Optional.of(NOW.minus(ago)), Optional.of(NOW.minusSeconds(1)));
    }

    /** A target that is well and of which nothing else is known. */
    private static final class Target {
        private boolean breakerClosed = true;
        private boolean othersSucceeded;
        private boolean othersSucceededSinceLast;
        private boolean othersFailed;
        private boolean newFailures;
        private double failureRate;
        private boolean isWell = true;
        private boolean outageMayBeOwn;

        TargetState state() {
            return new TargetState(
                    breakerClosed,
                    othersSucceeded,
                    othersSucceededSinceLast,
                    othersFailed,
                    newFailures,
                    failureRate,
                    () -> isWell,
                    outageMayBeOwn);
        }
    }
}
