package io.webhookmemory.console.replay;

import io.webhookmemory.admin.replay.ReplayRefused;
import io.webhookmemory.admin.replay.ReplayRun;
import io.webhookmemory.admin.replay.Selection;
import io.webhookmemory.admin.transfer.Progress;
import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.console.operation.Limits;
import io.webhookmemory.console.operation.Outcome;
import io.webhookmemory.console.operation.Work;
import io.webhookmemory.console.web.Text;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.zoho.webhook.WebhookRules;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Sends the events of a topic through the pipeline again.
 *
 * @param run its id; a run that was stopped continues under the same
 * @param resumes whether the run exists already, so that its selection is not given again
 * @param limits the maximum includes what the run wrote before it was stopped
 */
record ReplayWork(
        KafkaSettings kafka,
        WebhookRules rules,
        String run,
        Selection wanted,
        boolean isPreview,
        boolean resumes,
        Limits limits)
        implements Work {
    @Override
    public Kind kind() {
        return Kind.REPLAY;
    }

    @Override
    public String action() {
        return "replay";
    }

    @Override
    public String selection() {
        List<String> parts = new ArrayList<>();
        parts.add("from " + wanted.from());
        parts.add("since " + wanted.since());
        if (wanted.until() != null) {
            parts.add("before " + wanted.until());
        }
        add(parts, "module", wanted.modules());
        add(parts, "account", wanted.accounts());
        add(parts, "record", wanted.records());
        return String.join(", ", parts) + "; " + limits.text() + (isPreview ? "" : "; run " + run);
    }

    private static void add(List<String> parts, String name, Collection<String> values) {
        if (!values.isEmpty()) {
            parts.add(name + " " + String.join(" or ", values));
        }
    }

    @Override
    public Outcome run(StopSignal stop, Progress progress) {
        KafkaProblem.requireReachable(kafka);
        try {
            ReplayRun.Summary summary = ReplayRun.run(
                    kafka,
                    rules,
                    new ReplayRun.Order(run, resumes ? Optional.empty() : Optional.of(wanted), isPreview),
                    limits.options(kafka, isPreview, stop, progress));
            return new Outcome(
                    summary.sentBefore() + summary.sent(),
                    "module",
                    summary.byModule(),
                    notes(summary),
                    summary.complete());
        } catch (ReplayRefused e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static List<String> notes(ReplayRun.Summary summary) {
        List<String> notes = new ArrayList<>();
        if (summary.sentBefore() > 0) {
            notes.add(Text.count(summary.sentBefore()) + " of them before the run was stopped.");
        }
        if (summary.stillRejected() > 0) {
            notes.add(Text.plural(summary.stillRejected(), "rejected record") + " still cannot be processed.");
        }
        return notes;
    }

    @Override
    public Optional<Work> announced(Outcome preview) {
        return isPreview && preview.written() > 0
                ? Optional.of(new ReplayWork(
                        kafka, rules, run, wanted, false, false, new Limits(preview.written(), limits.rate())))
                : Optional.empty();
    }

    @Override
    public Optional<Work> rest(Outcome stopped) {
        return isPreview || stopped.complete() || stopped.written() >= limits.max()
                ? Optional.empty()
                : Optional.of(new ReplayWork(kafka, rules, run, wanted, false, true, limits));
    }
}
