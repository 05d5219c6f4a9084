package io.webhookmemory.console.search;

import io.webhookmemory.admin.trace.Conclusion;
import io.webhookmemory.admin.trace.Journey;
import io.webhookmemory.admin.trace.JourneyText;
import io.webhookmemory.admin.trace.Step;
import io.webhookmemory.console.web.Text;
import java.util.List;
import java.util.Set;

/**
 * The page of a search.
 *
 * @param form what was searched for; shown again
 * @param journey null before the first search
 * @param steps the journey's, in order
 */
public record SearchModel(SearchForm form, Journey journey, List<Row> steps) {
    private static final Set<Class<?>> GOOD =
            Set.of(Conclusion.InMemory.class, Conclusion.Deleted.class, Conclusion.Superseded.class);
    private static final Set<Class<?>> BAD =
            Set.of(Conclusion.Missing.class, Conclusion.DeadLetter.class, Conclusion.Rejected.class);

    /**
     * A step of the timeline.
     *
     * @param level ok, warn, bad or off
     * @param deadLetter path of its page; null unless the step is one
     */
    public record Row(
            String time,
            String name,
            String level,
            String event,
            List<String> details,
            String place,
            String deadLetter) {
        static Row of(Step step) {
            return new Row(
                    Text.millis(step.at()),
                    JourneyText.name(step),
                    level(step),
                    JourneyText.shortened(step.eventId()),
                    JourneyText.details(step),
                    step.place().toString(),
                    step instanceof Step.DeadLettered dead
                            ? "/dead-letters/" + dead.id().replace(':', '/')
                            : null);
        }

        private static String level(Step step) {
            if (step instanceof Step.InMemory || step instanceof Step.Handled) {
                return "ok";
            }
            if (step instanceof Step.Rejected || step instanceof Step.DeadLettered) {
                return "bad";
            }
            return step instanceof Step.Retry || step instanceof Step.NotInMemory ? "warn" : "off";
        }
    }

    static SearchModel of(SearchForm form, Journey journey) {
        return new SearchModel(
                form, journey, journey.steps().stream().map(Row::of).toList());
    }

    /** How good the conclusion is. */
    public String level() {
        Class<?> type = journey.conclusion().getClass();
        return GOOD.contains(type) ? "ok" : BAD.contains(type) ? "bad" : "warn";
    }

    public String memory() {
        return JourneyText.memory(journey.memory());
    }

    public String cognee() {
        return JourneyText.cognee(journey.cognee());
    }
}
