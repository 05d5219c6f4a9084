package io.webhookmemory.ingress;

import io.webhookmemory.ingress.subscriptions.GenerateSecretCommand;
import io.webhookmemory.ingress.subscriptions.SubscriptionsCommand;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.topics.cli.WrongUse;
import java.time.Clock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the ingress's jar can do besides running the service, which it does where no argument is given. */
@Command(
        name = "ingress",
        mixinStandardHelpOptions = true,
        description = "Without arguments: runs the service that takes webhooks.")
final class IngressCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    static CommandLine commandLine(Environment environment, Clock clock) {
        return new CommandLine(new IngressCommand())
                .addSubcommand(new GenerateSecretCommand())
                .addSubcommand(SubscriptionsCommand.commandLine(environment, clock))
                .setParameterExceptionHandler(new WrongUse())
                .setExecutionExceptionHandler((e, line, result) -> SubscriptionsCommand.explain(e, line));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }
}
