package io.webhookmemory.admin.trace;

import io.webhookmemory.admin.deadletter.Handled;
import io.webhookmemory.admin.trace.Sightings.Arrival;
import io.webhookmemory.admin.trace.Sightings.Entry;
import io.webhookmemory.admin.trace.Sightings.Identity;
import io.webhookmemory.admin.trace.Sightings.Sighting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The steps of a record, derived from what its topics have. Pure.
 *
 * @param steps in the order in which they happened
 * @param later as they were seen; their steps are among {@code steps}
 * @param holding what memory holds
 */
record Timeline(List<Step> steps, List<Sighting> later, Holding holding) {
    /** The order of steps with the same time: a routed event has the time of the received one. */
    private static final List<Class<? extends Step>> ORDER = List.of(
            Step.Handled.class,
            Step.Received.class,
            Step.Duplicate.class,
            Step.Dropped.class,
            Step.Rejected.class,
            Step.Routed.class,
            Step.Changing.class,
            Step.InMemory.class,
            Step.NotInMemory.class,
            Step.Retry.class,
            Step.DeadLettered.class);

    /**
     * Derives the timeline.
     *
     * @param handled what was done with the record's dead letters, by their ids
     * @param window how long the stream-processor drops duplicates
     */
    static Timeline of(Sightings seen, Map<String, HandledRecord> handled, Positions positions, Duration window) {
        List<Step> steps = new ArrayList<>(seen.rejections);
        seen.later.forEach(sighting -> {
            steps.add(sighting.step());
            if (sighting.step() instanceof Step.DeadLettered dead && handled.containsKey(dead.id())) {
                steps.add(handled(dead, handled.get(dead.id()), seen.arrivals));
            }
        });
        arrivals(seen, positions, window, steps);
        directory(seen, steps);
        steps.sort(Comparator.comparing(Step::at).thenComparing(Timeline::rank));
        return new Timeline(List.copyOf(steps), List.copyOf(seen.later), holding(seen));
    }

    /** What was done with a dead letter. */
    record HandledRecord(Instant at, Place place, Handled handled) {}

    /** The redriven event and the record that says so are written together, in this order; the step precedes the event. */
    private static Step handled(Step.DeadLettered dead, HandledRecord record, List<Arrival> arrivals) {
        Instant at = arrivals.stream()
                .map(Arrival::step)
                .filter(step -> dead.id().equals(step.redriveOf()))
                .map(Step.Received::at)
                .filter(redriven -> redriven.isBefore(record.at()))
                .findFirst()
                .orElse(record.at());
        return new Step.Handled(
                at, record.place(), dead.eventId(), dead.id(), record.handled().action());
    }

    private static void arrivals(Sightings seen, Positions positions, Duration window, List<Step> steps) {
        // A routed event belongs to one arrival, even if two arrivals are equal.
        Map<Identity, Integer> routed = new HashMap<>();
        seen.later.stream()
                .filter(sighting -> sighting.step() instanceof Step.Routed && sighting.identity() != null)
                .forEach(sighting -> routed.merge(sighting.identity(), 1, Integer::sum));
        Set<String> rejected =
                seen.rejections.stream().map(Step.Rejected::origin).collect(Collectors.toSet());
        List<Arrival> earlier = new ArrayList<>();
        for (Arrival arrival : seen.arrivals) {
            Step.Received step = arrival.step();
            steps.add(step);
            boolean ended = routed.merge(arrival.identity(), -1, Integer::sum) >= 0
                    || rejected.contains(step.place().toString());
            if (!ended && positions.isProcessed(step.place())) {
                steps.add(earlier.stream()
                        .filter(other -> isDuplicate(arrival, other, window))
                        .findFirst()
                        .<Step>map(first -> new Step.Duplicate(
                                step.at(),
                                step.place(),
                                step.eventId(),
                                first.step().eventId(),
                                first.step().place()))
                        .orElseGet(() -> new Step.Dropped(step.at(), step.place(), step.eventId())));
            }
            earlier.add(arrival);
        }
    }

    private static boolean isDuplicate(Arrival arrival, Arrival earlier, Duration window) {
        return arrival.identity() != null
                && earlier.identity() != null
                && arrival.identity().isSameContent(earlier.identity())
                && Duration.between(
                                        earlier.identity().receivedAt(),
                                        arrival.identity().receivedAt())
                                .compareTo(window)
                        < 0;
    }

    private static void directory(Sightings seen, List<Step> steps) {
        String changing = null;
        for (Entry row : seen.directory) {
            if (isAnnouncement(row)) {
                changing = row.entry().intent().eventId();
                steps.add(new Step.Changing(
                        row.at(),
                        row.place(),
                        changing,
                        row.entry().intent().datasets(),
                        row.entry().intent().instance()));
            } else {
                String eventId = eventOf(row, seen.later, changing);
                steps.add(
                        row.entry() != null && row.entry().hasDocument()
                                ? new Step.InMemory(
                                        row.at(),
                                        row.place(),
                                        eventId,
                                        row.entry().eventTime(),
                                        row.entry().dataset(),
                                        row.entry().dataId(),
                                        row.entry().contentSha256())
                                : new Step.NotInMemory(
                                        row.at(), row.place(), eventId, row.entry() == null, eventTime(row)));
                changing = null;
            }
        }
    }

    /**
     * The event that an entry shows: the one whose change was announced directly before. An entry without announcement
     * only has a newer time than the one before, for an event without a change; then the time names the event.
     */
    private static String eventOf(Entry row, List<Sighting> later, String announced) {
        Instant time = eventTime(row);
        return announced != null
                ? announced
                : later.stream()
                        .filter(sighting -> sighting.step() instanceof Step.Routed)
                        .filter(sighting -> time != null && time.equals(sighting.asOf()))
                        .filter(sighting -> !sighting.step().at().isAfter(row.at()))
                        .reduce((first, second) -> second)
                        .map(sighting -> sighting.step().eventId())
                        .orElse(null);
    }

    private static Instant eventTime(Entry row) {
        return row.entry() == null ? row.deletedAt() : row.entry().eventTime();
    }

    private static Holding holding(Sightings seen) {
        if (seen.directory.isEmpty()) {
            return Holding.UNKNOWN;
        }
        Entry last = seen.directory.get(seen.directory.size() - 1);
        String changing = isAnnouncement(last) ? last.entry().intent().eventId() : null;
        int settled = settled(seen.directory);
        Entry shown = seen.directory.get(settled);
        String eventId = eventOf(shown, seen.later, announcedBefore(seen.directory, settled));
        boolean hasDocument = last.entry() != null && last.entry().hasDocument();
        Entry first = last;
        for (int i = seen.directory.size() - 1; i >= 0 && shows(seen.directory.get(i), last); i--) {
            first = seen.directory.get(i);
        }
        return new Holding(
                last.entry() == null
                        ? Holding.State.DELETED
                        : hasDocument ? Holding.State.DOCUMENT : Holding.State.MISSING,
                hasDocument ? last.entry().dataset() : null,
                hasDocument ? last.entry().dataId() : null,
                hasDocument ? last.entry().contentSha256() : null,
                eventTime(last),
                eventId,
                first.at(),
                shown.at(),
                changing);
    }

    /** The index of the last entry that is no announcement; of the last of all if only announcements are left. */
    private static int settled(List<Entry> directory) {
        int index = directory.size() - 1;
        while (index >= 0 && isAnnouncement(directory.get(index))) {
            index--;
        }
        return index < 0 ? directory.size() - 1 : index;
    }

    private static String announcedBefore(List<Entry> directory, int index) {
        boolean isAnnounced =
                index > 0 && !isAnnouncement(directory.get(index)) && isAnnouncement(directory.get(index - 1));
        return isAnnounced ? directory.get(index - 1).entry().intent().eventId() : null;
    }

    private static boolean isAnnouncement(Entry row) {
        return row.entry() != null && row.entry().intent() != null;
    }

    private static boolean shows(Entry row, Entry last) {
        return Objects.equals(dataId(row), dataId(last)) && (row.entry() == null) == (last.entry() == null);
    }

    private static String dataId(Entry row) {
        return row.entry() == null ? null : row.entry().dataId();
    }

    private static int rank(Step step) {
        return ORDER.indexOf(step.getClass());
    }
}
