package io.webhookmemory.console.deadletter;

import io.webhookmemory.admin.deadletter.DeadLetterFilter;
import io.webhookmemory.admin.deadletter.DeadLetterRun;
import io.webhookmemory.admin.deadletter.Handled;
import io.webhookmemory.admin.transfer.Progress;
import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.console.operation.Limits;
import io.webhookmemory.console.operation.Outcome;
import io.webhookmemory.console.operation.Work;
import io.webhookmemory.console.web.Text;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Redrives or discards dead letters. */
record DeadLetterWork(KafkaSettings kafka, Clock clock, DeadLetterRun.Order order, Limits limits) implements Work {
    @Override
    public Kind kind() {
        return Kind.DEAD_LETTERS;
    }

    @Override
    public String action() {
        return order.action().equals(Handled.REDRIVEN) ? "redrive" : "discard";
    }

    @Override
    public String selection() {
        String guard = order.maxRedrives() < 0 || order.action().equals(Handled.DISCARDED)
                ? ""
                : ", redriven fewer than " + order.maxRedrives() + " times before";
        return FilterText.of(order.filter()) + guard + "; " + limits.text();
    }

    @Override
    public boolean isPreview() {
        return order.dryRun();
    }

    @Override
    public Outcome run(StopSignal stop, Progress progress) {
        KafkaProblem.requireReachable(kafka);
        DeadLetterRun.Summary summary =
                DeadLetterRun.run(kafka, order, limits.options(kafka, order.dryRun(), stop, progress), clock);
        return new Outcome(summary.handled(), "reason", summary.byReason(), notes(summary), summary.complete());
    }

    private static List<String> notes(DeadLetterRun.Summary summary) {
        List<String> notes = new ArrayList<>();
        if (!summary.notWaiting().isEmpty()) {
            notes.add("Left, because handled before or not found: " + String.join(", ", summary.notWaiting()) + ".");
        }
        if (summary.refused() > 0) {
            notes.add(Text.plural(summary.refused(), "dead letter") + " left: redriven too often before.");
        }
        if (summary.unreadable() > 0) {
            notes.add(Text.plural(summary.unreadable(), "dead letter")
                    + " left: no part of the pipeline can read them. They can only be discarded.");
        }
        return notes;
    }

    /** No more than was previewed, and nothing that was dead-lettered after it: the operator has not seen that. */
    @Override
    public Optional<Work> announced(Outcome preview) {
        return order.dryRun() && preview.written() > 0
                ? Optional.of(with(false, new Limits(preview.written(), limits.rate())))
                : Optional.empty();
    }

    @Override
    public Optional<Work> rest(Outcome stopped) {
        long left = limits.max() - stopped.written();
        return order.dryRun() || stopped.complete() || left <= 0
                ? Optional.empty()
                : Optional.of(with(false, new Limits(left, limits.rate())));
    }

    private DeadLetterWork with(boolean dryRun, Limits newLimits) {
        DeadLetterFilter filter = order.filter();
        return new DeadLetterWork(
                kafka, clock, new DeadLetterRun.Order(order.action(), filter, order.maxRedrives(), dryRun), newLimits);
    }
}
