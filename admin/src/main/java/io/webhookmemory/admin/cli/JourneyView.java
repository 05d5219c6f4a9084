package io.webhookmemory.admin.cli;

import io.webhookmemory.admin.trace.Journey;
import io.webhookmemory.admin.trace.JourneyText;
import io.webhookmemory.admin.trace.Step;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A journey as text. */
final class JourneyView {
    private static final String STEP = "%-24s %-11s %-13s %s (%s)%n";
    private static final String FACT = "%-8s %s%n";

    private JourneyView() {}

    static String text(Journey journey) {
        StringBuilder text = new StringBuilder();
        if (journey.recordId() != null) {
            text.append(FACT.formatted("record", journey.recordId()));
        }
        if (journey.eventId() != null) {
            text.append(FACT.formatted("event", journey.eventId()));
        }
        text.append('\n');
        journey.steps()
                .forEach(step -> text.append(STEP.formatted(
                        millis(step.at()),
                        JourneyText.name(step),
                        JourneyText.shortened(step.eventId()),
                        String.join(", ", JourneyText.details(step)),
                        step.place())));
        text.append(journey.steps().isEmpty() ? "" : "\n");
        journey.steps().stream()
                .map(Step::eventId)
                .filter(id -> id != null && journey.eventId() == null)
                .distinct()
                .forEach(id -> text.append(FACT.formatted("event", id)));
        if (journey.memory() != null) {
            text.append(FACT.formatted("memory", JourneyText.memory(journey.memory())));
        }
        if (journey.cognee() != null) {
            text.append(FACT.formatted("cognee", JourneyText.cognee(journey.cognee())));
        }
        text.append(FACT.formatted("now", journey.conclusion().sentence()));
        Journey.Reading reading = journey.reading();
        text.append(FACT.formatted(
                "read",
                "%,d records in %d partitions, since %s"
                        .formatted(reading.records(), reading.partitions().size(), seconds(reading.since()))));
        if (journey.cognee() != null && journey.cognee().text() != null) {
            text.append("\ndocument\n").append(journey.cognee().text());
        }
        return text.toString();
    }

    private static Instant millis(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS);
    }

    private static Instant seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }
}
