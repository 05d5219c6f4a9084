package io.webhookmemory.admin;

import io.webhookmemory.admin.cli.AdminCommand;
import io.webhookmemory.service.config.Environment;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine;

/** What a {@code topics} command printed and ended with. */
record CommandRun(int code, String out, String err) {

    static CommandRun of(String bootstrapServers, String... arguments) {
        return of(bootstrapServers, Map.of(), arguments);
    }

    static CommandRun of(String bootstrapServers, Map<String, String> variables, String... arguments) {
        Map<String, String> all = new HashMap<>();
        all.put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
        all.putAll(variables);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = AdminCommand.commandLine(new Environment(all))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        return new CommandRun(command.execute(arguments), out.toString(), err.toString());
    }
}
