package io.webhookmemory.subscriptions.channel;

import io.webhookmemory.subscriptions.channel.Outcome.Action;
import io.webhookmemory.subscriptions.channel.Outcome.Done;
import io.webhookmemory.subscriptions.channel.Outcome.Refused;
import io.webhookmemory.zoho.api.ChannelResult;
import io.webhookmemory.zoho.api.ChannelRow;
import io.webhookmemory.zoho.api.ChannelSpec;
import io.webhookmemory.zoho.api.ZohoChannels;
import io.webhookmemory.zoho.api.ZohoFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Our channels at Zoho, whose state is Zoho's alone. Everything can be done again without harm. Any call may throw a
 * {@link io.webhookmemory.zoho.api.ZohoException}.
 */
public final class Subscriptions {
    private final ZohoChannels zoho;
    private final ChannelPlan plan;
    private final Clock clock;

    public Subscriptions(ZohoChannels zoho, ChannelPlan plan, Clock clock) {
        this.zoho = zoho;
        this.plan = plan;
        this.clock = clock;
    }

    /**
     * A channel as Zoho lists it.
     *
     * @param ours whether it is of this installation
     * @param current whether its notifications would reach us with the newest secret's token; false where not ours
     */
    public record Listed(String channelId, Watch watch, Optional<Instant> expiry, boolean ours, boolean current) {

        boolean expiresBefore(Instant time) {
            return expiry.isEmpty() || expiry.get().isBefore(time);
        }
    }

    public List<Listed> list() {
        return zoho.list().stream().map(this::listed).toList();
    }

    /** By module. */
    public Map<String, Listed> ours() {
        Map<String, Listed> ours = new LinkedHashMap<>();
        list().stream().filter(Listed::ours).forEach(row -> ours.put(row.watch().module(), row));
        return ours;
    }

    public List<Outcome> register(List<Watch> watches) {
        return withExpiry(outcomes(watches, zoho::enable, Action.REGISTERED));
    }

    /** Gives living channels other events; one that is not there is registered with them. */
    public List<Outcome> update(List<Watch> watches) {
        return orElseRegister(watches, outcomes(watches, zoho::replace, Action.UPDATED));
    }

    /** Lets living channels live on, with the newest secret's token; one that is not there is registered. */
    public List<Outcome> renew(List<Watch> watches) {
        return orElseRegister(watches, outcomes(watches, zoho::renew, Action.RENEWED));
    }

    public List<Outcome> unregister(List<String> modules) {
        List<ChannelResult> results =
                zoho.disable(modules.stream().map(plan::channelId).toList());
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            String module = modules.get(i);
            if (results.get(i) instanceof ChannelResult.Failed failed) {
                outcomes.add(
                        failed.failure() instanceof ZohoFailure.Gone
                                ? new Done(module, Action.NOT_REGISTERED, Optional.empty())
                                : new Refused(module, failed.failure()));
            } else {
                outcomes.add(new Done(module, Action.UNREGISTERED, Optional.empty()));
            }
        }
        return outcomes;
    }

    /** What is wrong with the channels that there should be, one sentence each; empty where nothing is. */
    public List<String> verify(List<Watch> wanted, Duration atLeast) {
        Map<String, Listed> ours = ours();
        Instant now = clock.instant();
        List<String> problems = new ArrayList<>();
        for (Watch watch : wanted) {
            Listed found = ours.get(watch.module());
            if (found == null) {
                problems.add(watch.module() + " is not registered, or its channel has expired");
                continue;
            }
            if (!found.watch().operations().containsAll(watch.operations())) {
                problems.add(watch.module() + " reports " + found.watch().operations() + ", not " + watch.operations());
            }
            if (!found.current()) {
                problems.add(watch.module() + " has another address or the token of another secret; renew it");
            }
            if (found.expiresBefore(now.plus(atLeast))) {
                problems.add(watch.module() + " expires at "
                        + found.expiry().map(Instant::toString).orElse("a time that Zoho does not tell"));
            }
        }
        return problems;
    }

    private Listed listed(ChannelRow row) {
        boolean ours = plan.isOurs(row);
        List<String> operations = row.events().stream()
                .map(event -> event.substring(event.indexOf('.') + 1))
                .toList();
        Watch watch = operations.contains("all") ? Watch.all(row.module()) : new Watch(row.module(), operations);
        return new Listed(row.channelId(), watch, row.expiry(), ours, ours && plan.isCurrent(row));
    }

    private List<Outcome> outcomes(
            List<Watch> watches, Function<List<ChannelSpec>, List<ChannelResult>> call, Action action) {
        Instant now = clock.instant();
        List<ChannelResult> results =
                call.apply(watches.stream().map(watch -> plan.spec(watch, now)).toList());
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            outcomes.add(outcome(watches.get(i).module(), results.get(i), action));
        }
        return outcomes;
    }

    private static Outcome outcome(String module, ChannelResult result, Action action) {
        if (result instanceof ChannelResult.Failed failed) {
            return new Refused(module, failed.failure());
        }
        return new Done(module, action, ((ChannelResult.Done) result).expiry());
    }

    // Zoho lets channels expire without a word; then only registering helps.
    private List<Outcome> orElseRegister(List<Watch> watches, List<Outcome> outcomes) {
        List<Integer> gone = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i) instanceof Refused refused && refused.why() instanceof ZohoFailure.Gone) {
                gone.add(i);
            }
        }
        List<Outcome> results = new ArrayList<>(outcomes);
        if (!gone.isEmpty()) {
            List<Outcome> registered =
                    outcomes(gone.stream().map(watches::get).toList(), zoho::enable, Action.REGISTERED);
            for (int i = 0; i < gone.size(); i++) {
                results.set(gone.get(i), registered.get(i));
            }
        }
        return withExpiry(results);
    }

    // The expiry is always Zoho's: where the answer has none, the listing does.
    private List<Outcome> withExpiry(List<Outcome> outcomes) {
        boolean untold = outcomes.stream()
                .anyMatch(
                        outcome -> outcome instanceof Done done && done.expiry().isEmpty());
        if (!untold) {
            return outcomes;
        }
        Map<String, Listed> ours = ours();
        return outcomes.stream()
                .map(outcome -> outcome instanceof Done done && done.expiry().isEmpty()
                        ? new Done(
                                done.module(),
                                done.action(),
                                Optional.ofNullable(ours.get(done.module())).flatMap(Listed::expiry))
                        : outcome)
                .toList();
    }
}
