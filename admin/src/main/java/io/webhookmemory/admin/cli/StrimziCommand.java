package io.webhookmemory.admin.cli;

import io.webhookmemory.admin.catalogue.StrimziTopics;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code admin topics strimzi}: the catalogue for Kafka on Kubernetes. */
@Command(name = "strimzi", description = "Prints the catalogue as KafkaTopic resources of Strimzi; needs no Kafka.")
public final class StrimziCommand implements Callable<Integer> {
    @ParentCommand
    private TopicsCommand parent;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--cluster",
            description = "Name of the Kafka resource (default: ${DEFAULT-VALUE}).",
            paramLabel = "<name>")
    private String cluster = "kafka";

    @Option(
            names = "--api-version",
            description = "v1 from Strimzi 0.49 on, v1beta2 before (default: ${DEFAULT-VALUE}).",
            paramLabel = "<version>")
    private String apiVersion = "v1";

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(StrimziTopics.yaml(parent.session().catalogue(), cluster, apiVersion));
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
