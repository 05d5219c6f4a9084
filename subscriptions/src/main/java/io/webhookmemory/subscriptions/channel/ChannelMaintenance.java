package io.webhookmemory.subscriptions.channel;

import io.webhookmemory.subscriptions.channel.Outcome.Done;
import io.webhookmemory.subscriptions.channel.Outcome.Refused;
import io.webhookmemory.subscriptions.channel.Subscriptions.Listed;
import io.webhookmemory.zoho.api.ZohoException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maintains this installation's channels: checks them regularly, renews those that expire within {@code renewBefore},
 * and registers those that Zoho lost. The events of an existing channel stay as they are. One thread at a time runs
 * checks; any thread may read the state.
 */
public final class ChannelMaintenance {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelMaintenance.class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMinutes(5);
    /** As a fraction of the interval: instances that start together drift apart. */
    private static final double JITTER = 0.1;

    private final Subscriptions subscriptions;
    private final SubscriptionSettings settings;
    private final Clock clock;
    private final DoubleSupplier random;
    private final Consumer<Done> changed;
    private volatile State state = new State(Optional.empty(), List.of(), List.of());

    /**
     * The result of the last check.
     *
     * @param nearestExpiry the earliest expiry of the existing channels, as reported by Zoho; the last known while Zoho
     *     does not respond
     * @param missing modules that lack a channel
     * @param troubles problems, for the operator; empty if there are none
     */
    public record State(Optional<Instant> nearestExpiry, List<String> missing, List<String> troubles) {}

    /**
     * @param random from 0 to 1
     * @param changed called for each channel that was registered or renewed
     */
    public ChannelMaintenance(
            Subscriptions subscriptions,
            SubscriptionSettings settings,
            Clock clock,
            DoubleSupplier random,
            Consumer<Done> changed) {
        this.subscriptions = subscriptions;
        this.settings = settings;
        this.clock = clock;
        this.random = random;
        this.changed = changed;
    }

    public State state() {
        return state;
    }

    /**
     * Checks the channels, and renews or registers those that are due. Never throws.
     *
     * @return how long until the next check
     */
    public Duration check() {
        try {
            state = look();
            state.troubles().forEach(trouble -> LOG.atWarn().log("channel refused: {}", trouble));
        } catch (ZohoException e) {
            LOG.atWarn().addKeyValue("reason", e.failure().reason()).log("{}", e.getMessage());
            state = new State(state.nearestExpiry(), state.missing(), List.of(e.getMessage()));
        } catch (RuntimeException e) {
            // An exception out of here would silently end all later checks.
            LOG.atError().setCause(e).log("channel check failed");
            state = new State(state.nearestExpiry(), state.missing(), List.of("the last channel check failed"));
        }
        Duration interval = settings.checkInterval();
        Duration pause = state.troubles().isEmpty() || interval.compareTo(PAUSE_AFTER_FAILURE) < 0
                ? interval
                : PAUSE_AFTER_FAILURE;
        return Duration.ofMillis(Math.round(pause.toMillis() * (1 + JITTER * (2 * random.getAsDouble() - 1))));
    }

    private State look() {
        Map<String, Listed> ours = subscriptions.ours();
        Instant soon = clock.instant().plus(settings.renewBefore());
        List<Watch> lost = settings.watches().stream()
                .filter(watch -> !ours.containsKey(watch.module()))
                .toList();
        List<Listed> due = ours.values().stream()
                .filter(channel -> channel.expiresBefore(soon) || !channel.current())
                .toList();
        List<Outcome> outcomes = new ArrayList<>();
        if (!lost.isEmpty()) {
            LOG.atWarn().addKeyValue("watches", lost).log("modules lack a channel; registering");
            outcomes.addAll(subscriptions.register(lost));
        }
        if (!due.isEmpty()) {
            outcomes.addAll(subscriptions.renew(due.stream().map(Listed::watch).toList()));
        }
        return stateAfter(outcomes, ours, lost);
    }

    private State stateAfter(List<Outcome> outcomes, Map<String, Listed> ours, List<Watch> lost) {
        List<String> refused = new ArrayList<>();
        List<String> troubles = new ArrayList<>();
        List<Done> done = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Refused refusal) {
                refused.add(refusal.module());
                troubles.add(refusal.module() + ": " + ZohoException.words(refusal.why()));
            } else {
                done.add((Done) outcome);
            }
        }
        done.forEach(changed);
        Stream<Optional<Instant>> untouched = ours.values().stream()
                .filter(channel -> done.stream()
                        .noneMatch(
                                other -> other.module().equals(channel.watch().module())))
                .map(Listed::expiry);
        Optional<Instant> nearest = Stream.concat(untouched, done.stream().map(Done::expiry))
                .flatMap(Optional::stream)
                .min(Instant::compareTo);
        List<String> missing =
                lost.stream().map(Watch::module).filter(refused::contains).toList();
        return new State(nearest, missing, troubles);
    }
}
