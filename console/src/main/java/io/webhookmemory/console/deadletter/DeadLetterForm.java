package io.webhookmemory.console.deadletter;

import io.webhookmemory.admin.deadletter.DeadLetterFilter;
import io.webhookmemory.admin.deadletter.DeadLetterRun;
import io.webhookmemory.admin.deadletter.Handled;
import io.webhookmemory.console.operation.Limits;
import io.webhookmemory.console.web.Form;
import io.webhookmemory.console.web.InvalidInput;
import io.webhookmemory.topics.event.DeadLetterId;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The filter as the operator typed it; shown again with the result.
 *
 * @param all whether handled dead letters are listed too
 */
public record DeadLetterForm(
        String reason, String module, String account, String record, String since, String until, boolean all) {
    static final DeadLetterForm EMPTY = new DeadLetterForm("", "", "", "", "", "", false);

    private static final long DEFAULT_MAX = 1_000;
    private static final int DEFAULT_MAX_REDRIVES = 3;

    static DeadLetterForm of(Form form) {
        return new DeadLetterForm(
                form.text("reason"),
                form.text("module"),
                form.text("account"),
                form.text("record"),
                form.text("since"),
                form.text("until"),
                form.isChecked("all"));
    }

    static DeadLetterFilter filter(Form form, Set<String> ids) {
        DeadLetterFilter filter = new DeadLetterFilter(
                ids,
                form.values("reason"),
                form.values("module"),
                form.values("account"),
                form.values("record"),
                form.time("since"),
                form.time("until"));
        if (filter.since().isPresent()
                && filter.until().isPresent()
                && !filter.since().get().isBefore(filter.until().get())) {
            throw new InvalidInput("\"since\" must be before \"until\"");
        }
        return filter;
    }

    /** What the buttons below the list ask for: the ticked ones, or all that match the filter. */
    static DeadLetterRun.Order order(Form form, Clock clock) {
        Set<String> ids = Set.of();
        String scope = form.text("scope");
        if (scope.equals("selected")) {
            ids = form.values("id");
            if (ids.isEmpty()) {
                throw new InvalidInput("No dead letter is selected. Tick one, or choose all that match.");
            }
            if (ids.stream().anyMatch(id -> DeadLetterId.parse(id).isEmpty())) {
                throw new InvalidInput("An id is a partition and an offset, such as 3:17.");
            }
        } else if (!scope.equals("matching")) {
            throw new InvalidInput("Choose which dead letters: the selected ones, or all that match.");
        }
        DeadLetterFilter filter = scope.equals("selected")
                ? new DeadLetterFilter(ids, Set.of(), Set.of(), Set.of(), Set.of(), Optional.empty(), Optional.empty())
                : upToNow(filter(form, Set.of()), clock);
        return switch (form.text("action")) {
            case "redrive" -> new DeadLetterRun.Order(Handled.REDRIVEN, filter, maxRedrives(form), true);
            case "discard" -> new DeadLetterRun.Order(Handled.DISCARDED, filter, -1, true);
            default -> throw new InvalidInput("Choose what to do: redrive or discard.");
        };
    }

    /** What comes after the preview was not seen in it. */
    private static DeadLetterFilter upToNow(DeadLetterFilter filter, Clock clock) {
        return new DeadLetterFilter(
                filter.ids(),
                filter.reasons(),
                filter.modules(),
                filter.accounts(),
                filter.records(),
                filter.since(),
                filter.until().or(() -> Optional.of(clock.instant().truncatedTo(ChronoUnit.MILLIS))));
    }

    private static int maxRedrives(Form form) {
        return form.isChecked("force") ? -1 : DEFAULT_MAX_REDRIVES;
    }

    static Limits limits(Form form) {
        return new Limits(form.number("max", DEFAULT_MAX, 1, 10_000_000), form.number("rate", 0, 0, 100_000));
    }

    /** The names of the filter's fields, which the buttons repeat. */
    public List<String[]> fields() {
        return List.of(
                new String[] {"reason", reason},
                new String[] {"module", module},
                new String[] {"account", account},
                new String[] {"record", record},
                new String[] {"since", since},
                new String[] {"until", until});
    }
}
