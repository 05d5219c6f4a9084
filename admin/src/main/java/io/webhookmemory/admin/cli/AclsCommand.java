package io.webhookmemory.admin.cli;

import io.webhookmemory.service.access.AccessList;
import io.webhookmemory.service.access.AccessRule;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code admin topics acls}: the rights that each service needs. */
@Command(
        name = "acls",
        description = "Prints the rights that each service needs, as kafka-acls.sh lines or JSON; needs no Kafka.")
public final class AclsCommand implements Callable<Integer> {
    @ParentCommand
    private TopicsCommand parent;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--principal",
            description = "Kafka principal of a service, such as ingress=User:CN=ingress (default: User:<service>).",
            paramLabel = "<service=principal>")
    private Map<String, String> principals = new LinkedHashMap<>();

    @Option(
            names = "--command-config",
            description = "Client configuration file that the printed kafka-acls.sh lines use.",
            paramLabel = "<file>")
    private String commandConfig;

    @Mixin
    private OutputOption output;

    /** A rule with its principal. */
    private record Line(String principal, String resource, String name, String patternType, List<String> operations) {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Session session = parent.session();
        String service = "";
        for (AccessRule rule : AccessList.of(session.catalogue())) {
            String principal = principals.getOrDefault(rule.service(), "User:" + rule.service());
            if (output.isJson()) {
                out.println(OutputOption.json(new Line(
                        principal,
                        rule.resource(),
                        rule.name(),
                        rule.prefixed() ? "prefixed" : "literal",
                        rule.operations())));
                continue;
            }
            if (!rule.service().equals(service)) {
                service = rule.service();
                out.printf("# %s%n", service);
            }
            out.printf(
                    "kafka-acls.sh --bootstrap-server %s%s --add %s%n",
                    session.kafka().bootstrapServers(),
                    commandConfig == null ? "" : " --command-config " + commandConfig,
                    rule.options(principal));
        }
        return ExitCode.OK;
    }
}
