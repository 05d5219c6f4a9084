package io.webhookmemory.console.overview;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.console.metrics.History;
import io.webhookmemory.console.metrics.Scraper;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Alerts fire as long after their conditions as the rules say, and the picture shows them. */
class AlertsTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

    private final Alerts alerts = new Alerts();

    @Test
    void an_alert_fires_once_its_condition_has_held_as_long_as_the_rule_asks() {
        assertThat(alerts.evaluate(down("ingress"), NOW)).isEmpty();
        assertThat(alerts.evaluate(down("ingress"), NOW.plus(Duration.ofSeconds(119))))
                .isEmpty();
        assertThat(alerts.evaluate(down("ingress"), NOW.plus(Duration.ofMinutes(2))))
                .singleElement()
                .satisfies(alert -> {
                    assertThat(alert.name()).isEqualTo("ServiceDown");
                    assertThat(alert.level()).isEqualTo("bad");
                    assertThat(alert.since()).isEqualTo(NOW);
                    assertThat(alert.runbook()).contains("<strong>Do:</strong>");
                });
    }

    @Test
    void a_condition_that_ends_begins_again() {
        alerts.evaluate(down("ingress"), NOW);
        alerts.evaluate(facts(List.of()), NOW.plus(Duration.ofMinutes(1)));

        assertThat(alerts.evaluate(down("ingress"), NOW.plus(Duration.ofMinutes(2))))
                .isEmpty();
    }

    @Test
    void a_service_that_does_not_respond_is_red_at_once_and_says_so() {
        FlowNumbers numbers = FlowNumbers.of(down("memory-sink"), List.of());

        assertThat(numbers.sink().level()).isEqualTo("bad");
        assertThat(numbers.sink().state()).isEqualTo("down");
        assertThat(numbers.ingress().level()).isEqualTo("off");
    }

    @Test
    void the_subscriptions_service_is_optional_until_it_has_been_seen() {
        Facts never = down("subscriptions");

        assertThat(never.isAnyDown()).isFalse();
        assertThat(FlowNumbers.of(never, List.of()).subscriptions().detail()).isEqualTo("not in use");
        assertThat(new Facts(never.metrics(), never.instances(), true).isAnyDown())
                .isTrue();
    }

    private static Facts down(String service) {
        return facts(List.of(new Scraper.Instance(service, "localhost:1", "no connection")));
    }

    private static Facts facts(List<Scraper.Instance> instances) {
        return new Facts(new History(Scraper.INTERVAL).at(NOW), instances, false);
    }
}
