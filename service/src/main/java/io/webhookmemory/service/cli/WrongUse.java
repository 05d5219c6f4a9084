package io.webhookmemory.service.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line, and where help is: a page of options would hide the one line that matters. */
public final class WrongUse implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException error, String[] arguments) {
        CommandLine line = error.getCommandLine();
        PrintWriter err = line.getErr();
        err.println(error.getMessage());
        UnmatchedArgumentException.printSuggestions(error, err);
        err.printf("\"%s --help\" says more.%n", line.getCommandSpec().qualifiedName());
        err.flush();
        return line.getCommandSpec().exitCodeOnInvalidInput();
    }
}
