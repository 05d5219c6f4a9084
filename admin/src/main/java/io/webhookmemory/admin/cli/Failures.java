package io.webhookmemory.admin.cli;

import io.webhookmemory.cognee.MemoryException;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.InvalidSettingsException;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.lifecycle.StartupException;
import io.webhookmemory.zoho.api.ZohoException;
import java.io.PrintWriter;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns exceptions into messages and exit codes. */
public final class Failures implements IExecutionExceptionHandler {
    private final Environment environment;

    public Failures(Environment environment) {
        this.environment = environment;
    }

    @Override
    public int handleExecutionException(Exception error, CommandLine line, ParseResult result) {
        PrintWriter err = line.getErr();
        if (error instanceof InvalidSettingsException settings) {
            settings.problems().forEach(err::println);
            return ExitCode.BAD_USE;
        }
        if (error instanceof KafkaProblem
                || error instanceof StartupException
                || error instanceof MemoryException
                || error instanceof ZohoException) {
            err.println(error.getMessage());
            return ExitCode.KAFKA;
        }
        if (error instanceof KafkaException) {
            KafkaSettings kafka = KafkaSettings.from(new SettingsReader(environment));
            err.println(KafkaProblem.of(kafka, error).getMessage());
            return ExitCode.KAFKA;
        }
        error.printStackTrace(err);
        return ExitCode.UNEXPECTED;
    }
}
