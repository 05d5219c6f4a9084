package io.webhookmemory.admin.trace;

import io.webhookmemory.admin.deadletter.Handled;
import io.webhookmemory.admin.trace.Sightings.Sighting;
import io.webhookmemory.topics.event.EventType;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Draws the conclusion from a timeline. Pure. */
final class Verdict {
    private final Timeline timeline;
    private final Positions positions;
    private final Instant since;
    private final Instant now;
    private final Set<Place> dropped;

    Verdict(Timeline timeline, Positions positions, Instant since, Instant now) {
        this.timeline = timeline;
        this.positions = positions;
        this.since = since;
        this.now = now;
        this.dropped = timeline.steps().stream()
                .filter(step -> step instanceof Step.Duplicate || step instanceof Step.Dropped)
                .map(Step::place)
                .collect(Collectors.toSet());
    }

    /** What is true of the record: what is true of its newest event, or what memory shows if that event changes nothing. */
    Conclusion ofRecord() {
        Conclusion newest = newestEvent().map(this::ofEvent).orElseGet(() -> new Conclusion.NotSeen(since));
        boolean saysAll = !(newest instanceof Conclusion.InMemory
                || newest instanceof Conclusion.Deleted
                || newest instanceof Conclusion.Superseded
                || newest instanceof Conclusion.WithoutEffect
                || newest instanceof Conclusion.Dropped
                || newest instanceof Conclusion.Duplicate
                || newest instanceof Conclusion.NotSeen);
        return saysAll ? newest : shown().orElse(newest);
    }

    private Optional<String> newestEvent() {
        Comparator<Step> byTime = Comparator.comparing(Step::at);
        List<Step> known = timeline.steps().stream()
                .filter(step -> step.eventId() != null)
                .filter(step -> !isVerification(step))
                .toList();
        Optional<Step> begun = known.stream()
                .filter(step -> step instanceof Step.Received || step instanceof Step.Routed)
                .filter(step -> !isDropped(step.place()))
                .max(byTime);
        return begun.or(() -> known.stream().max(byTime)).map(Step::eventId);
    }

    /** A verify event contains nothing of the record. */
    private static boolean isVerification(Step step) {
        return (step instanceof Step.Routed routed && routed.eventType() == EventType.VERIFY)
                || (step instanceof Step.Received received && received.eventType() == EventType.VERIFY);
    }

    /** What is true of one event, whatever became of the others. */
    Conclusion ofEvent(String eventId) {
        List<Step> steps = timeline.steps().stream()
                .filter(step -> eventId.equals(step.eventId()))
                .toList();
        // An event that passed is not judged by its later duplicates.
        Optional<Step> last = last(steps.stream()
                .filter(step -> isOnTopicOfEvents(step) && !isDropped(step.place()))
                .toList());
        return last.or(() -> last(steps)).map(step -> of(step, eventId)).orElseGet(() -> new Conclusion.NotSeen(since));
    }

    private static Optional<Step> last(List<Step> steps) {
        return steps.stream().reduce((first, second) -> second);
    }

    private static boolean isOnTopicOfEvents(Step step) {
        return step instanceof Step.Received
                || step instanceof Step.Routed
                || step instanceof Step.Rejected
                || step instanceof Step.Retry
                || step instanceof Step.DeadLettered;
    }

    private boolean isDropped(Place place) {
        return dropped.contains(place);
    }

    private Conclusion of(Step step, String eventId) {
        if (step instanceof Step.Duplicate duplicate) {
            return new Conclusion.Duplicate(duplicate.ofEventId());
        }
        if (step instanceof Step.Dropped) {
            return new Conclusion.Dropped(eventId, since);
        }
        if (step instanceof Step.Rejected rejected) {
            return new Conclusion.Rejected(eventId, rejected.by(), rejected.reason());
        }
        if (step instanceof Step.Received) {
            return onItsWay(step, Positions.PROCESSOR);
        }
        if (step instanceof Step.DeadLettered dead) {
            return of(dead);
        }
        if (step instanceof Step.Retry retry) {
            return isNewer(step)
                    ? superseded()
                    : positions.isFinishedBySink(step.place())
                            ? inMemory(step, eventId)
                            : Conclusion.Waiting.of(retry, now);
        }
        if (step instanceof Step.Routed) {
            return isShown(step, eventId) || isNewer(step) || positions.isFinishedBySink(step.place())
                    ? inMemory(step, eventId)
                    : onItsWay(step, Positions.SINK);
        }
        // Only the directory tells of the event: its other records are from before the time range.
        return eventId.equals(timeline.holding().changingEventId())
                ? new Conclusion.OnItsWay(eventId, Positions.SINK, 0)
                : eventId.equals(timeline.holding().eventId())
                        ? shown().orElseGet(() -> new Conclusion.WithoutEffect(eventId))
                        : superseded();
    }

    private Conclusion of(Step.DeadLettered dead) {
        Optional<Step.Handled> handled = timeline.steps().stream()
                .filter(step ->
                        step instanceof Step.Handled done && done.deadLetter().equals(dead.id()))
                .map(Step.Handled.class::cast)
                .findFirst();
        if (handled.isEmpty()) {
            return new Conclusion.DeadLetter(dead.id(), dead.reason(), dead.eventId());
        }
        // The redriven event is later than the end up to which the topics were read.
        return handled.get().action().equals(Handled.REDRIVEN)
                ? new Conclusion.OnItsWay(dead.eventId(), Positions.PROCESSOR, 0)
                : new Conclusion.Discarded(
                        dead.id(), dead.reason(), handled.get().at(), dead.eventId());
    }

    private Conclusion onItsWay(Step step, String service) {
        return new Conclusion.OnItsWay(step.eventId(), service, positions.behind(step.place()));
    }

    /** The event left the topics: the directory tells what it did. */
    private Conclusion inMemory(Step step, String eventId) {
        if (isShown(step, eventId)) {
            return shown(eventId).orElseThrow();
        }
        if (isNewer(step)) {
            return superseded();
        }
        return eventId.equals(timeline.holding().changingEventId())
                ? new Conclusion.OnItsWay(eventId, Positions.SINK, 0)
                : new Conclusion.WithoutEffect(eventId);
    }

    private Conclusion superseded() {
        Holding holding = timeline.holding();
        return new Conclusion.Superseded(holding.eventId(), holding.asOf());
    }

    private boolean isShown(Step step, String eventId) {
        Holding holding = timeline.holding();
        return shown().isPresent()
                && (eventId.equals(holding.eventId())
                        || (holding.eventTime() != null && holding.eventTime().equals(asOf(step))));
    }

    /** Whether memory shows a newer state than the event's. */
    private boolean isNewer(Step step) {
        Instant asOf = asOf(step);
        Instant shown = timeline.holding().eventTime();
        return asOf != null && shown != null && shown.isAfter(asOf);
    }

    private Instant asOf(Step step) {
        return timeline.later().stream()
                .filter(sighting -> sighting.step().equals(step))
                .map(Sighting::asOf)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** What memory shows; empty if it shows neither a document nor a deletion. */
    private Optional<Conclusion> shown() {
        return shown(timeline.holding().eventId());
    }

    /** @param eventId the event that it shows, or one of several with the same state */
    private Optional<Conclusion> shown(String eventId) {
        Holding holding = timeline.holding();
        return switch (holding.state()) {
            case DOCUMENT -> Optional.of(new Conclusion.InMemory(holding.asOf(), eventId));
            case DELETED -> Optional.of(new Conclusion.Deleted(holding.asOf(), eventId));
            case MISSING, UNKNOWN -> Optional.empty();
        };
    }
}
