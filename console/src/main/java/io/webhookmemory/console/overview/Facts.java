package io.webhookmemory.console.overview;

import io.webhookmemory.console.metrics.History;
import io.webhookmemory.console.metrics.Scraper;
import java.util.List;

/**
 * What is known at one time.
 *
 * @param instances what the last round of scraping found
 * @param subscribed whether the subscriptions service, which is optional, was seen within the last hour
 */
record Facts(History.View metrics, List<Scraper.Instance> instances, boolean subscribed) {
    private static final String OPTIONAL = "subscriptions";

    /** Whether a service should respond, and not all of its instances do. */
    boolean isDown(String service) {
        return isExpected(service)
                && instances.stream().anyMatch(instance -> instance.service().equals(service) && !instance.isUp());
    }

    /** How many instances respond. */
    long up(String service) {
        return instances.stream()
                .filter(instance -> instance.service().equals(service) && instance.isUp())
                .count();
    }

    boolean isExpected(String service) {
        return !service.equals(OPTIONAL) || subscribed;
    }

    boolean isAnyDown() {
        return instances.stream().anyMatch(instance -> !instance.isUp() && isExpected(instance.service()));
    }
}
