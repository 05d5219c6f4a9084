package io.webhookmemory.admin.cli;

import io.webhookmemory.admin.trace.Journey;
import io.webhookmemory.admin.trace.Trace;
import io.webhookmemory.admin.trace.TraceQuery;
import io.webhookmemory.service.cli.PointInTime;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code admin trace}: prints what became of a record or an event. */
@Command(
        name = "trace",
        description = "Prints what became of a record or an event, from receipt to memory or dead letter, and what is "
                + "true now. Writes nothing.")
public final class TraceCommand implements Callable<Integer> {
    @ParentCommand
    private AdminCommand parent;

    @Spec
    private CommandSpec spec;

    @Option(names = "--record", description = "The record's id.", paramLabel = "<id>")
    private String record;

    @Option(
            names = "--event",
            description = "One event, by its id. With --record, one partition per topic is read; without, first all of "
                    + "zoho.webhooks, to find the record.",
            paramLabel = "<id>")
    private String event;

    @Option(
            names = "--since",
            description = "Read what was written then or later (default: ${DEFAULT-VALUE}): " + PointInTime.HELP,
            paramLabel = "<time>",
            defaultValue = "24h")
    private Instant since;

    @Option(
            names = "--document",
            description =
                    "Also print the document's text, as Cognee holds it; this is personal data. Requires COGNEE_URL.")
    private boolean document;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() {
        Optional<String> recordId = given("--record", record);
        Optional<String> eventId = given("--event", event);
        if (recordId.isEmpty() && eventId.isEmpty()) {
            throw wrong("--record or --event is required");
        }
        Session session = parent.session();
        if (document && !session.trace().asksCognee()) {
            throw wrong("--document requires COGNEE_URL");
        }
        session.reachable();
        Journey journey = new Trace(session.kafka(), session.trace(), Clock.systemUTC())
                .run(new TraceQuery(recordId, eventId, since, document), session.stop());
        PrintWriter out = spec.commandLine().getOut();
        out.print(output.isJson() ? OutputOption.json(journey) + '\n' : JourneyView.text(journey));
        out.flush();
        if (!journey.reading().complete()) {
            spec.commandLine().getErr().println("Stopped before the end; steps may be missing.");
        }
        return journey.isKnown() ? ExitCode.OK : ExitCode.LEFT;
    }

    private Optional<String> given(String option, String id) {
        if (id != null && id.isBlank()) {
            throw wrong(option + " must not be empty");
        }
        return Optional.ofNullable(id).map(String::strip);
    }

    private CommandLine.ParameterException wrong(String words) {
        return new CommandLine.ParameterException(spec.commandLine(), words);
    }
}
