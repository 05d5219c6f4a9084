package io.webhookmemory.admin.cli;

import io.webhookmemory.admin.erase.Erasure;
import io.webhookmemory.admin.erase.ErasureRefused;
import io.webhookmemory.admin.erase.ErasureReport;
import io.webhookmemory.admin.erase.ErasureReport.State;
import io.webhookmemory.topics.event.CrmId;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code admin erase}: removes what the pipeline and memory hold of a record. */
@Command(
        name = "erase",
        description =
                "Erases a record: its document, its state in the stream-processor, its directory entry; discards its"
                        + " dead letters; and says which topics still hold old events of it, and until when. Delete the record in"
                        + " Zoho first: a later change there brings it back. May be run again at any time.")
public final class EraseCommand implements Callable<Integer> {
    private static final Set<State> GOOD = Set.of(State.ERASED, State.NOTHING_LEFT, State.DRY_RUN, State.PUBLISHED);

    @ParentCommand
    private AdminCommand parent;

    @Spec
    private CommandSpec spec;

    @Option(names = "--record", required = true, description = "The record's id.", paramLabel = "<id>")
    private String record;

    @Option(
            names = "--module",
            required = true,
            description = "The record's module, such as Contacts. Erasing an account deletes its dataset, as its"
                    + " deletion does.",
            paramLabel = "<module>")
    private String module;

    @Option(names = "--dry-run", description = "Say what would be erased; write nothing.")
    private boolean dryRun;

    @Option(names = "--no-wait", description = "Do not wait until the record is erased.")
    private boolean noWait;

    @Option(
            names = "--limit",
            description = "Wait at most so long (default: ${DEFAULT-VALUE}).",
            paramLabel = "<seconds>",
            defaultValue = "60")
    private int limit;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() {
        if (!CrmId.isValid(record)) {
            throw wrong("--record is not a record id");
        }
        if (limit < 1) {
            throw wrong("--limit must be 1 or more");
        }
        Session session = parent.session();
        Erasure.Order order =
                new Erasure.Order(record, known(session), dryRun, noWait ? Duration.ZERO : Duration.ofSeconds(limit));
        session.reachable();
        ErasureReport report;
        try {
            report = new Erasure(session.kafka(), session.catalogue().settings(), Clock.systemUTC())
                    .run(order, session.stop());
        } catch (ErasureRefused e) {
            throw wrong(e.getMessage());
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(output.isJson() ? OutputOption.json(report) + '\n' : ErasureView.text(report));
        out.flush();
        return GOOD.contains(report.state()) ? ExitCode.OK : ExitCode.LEFT;
    }

    private String known(Session session) {
        List<String> modules = session.catalogue().settings().modules();
        return modules.stream()
                .filter(module::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(() -> wrong("--module must be one of " + String.join(", ", modules)));
    }

    private CommandLine.ParameterException wrong(String words) {
        return new CommandLine.ParameterException(spec.commandLine(), words);
    }
}
