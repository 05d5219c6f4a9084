package io.webhookmemory.admin.cli;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints a new secret: 32 random bytes in hex. */
@Command(name = "generate-secret", description = "Prints a new secret of 64 hexadecimal characters for WEBHOOK_SECRET.")
public final class GenerateSecretCommand implements Callable<Integer> {
    private static final int BYTES = 32;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        byte[] secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        spec.commandLine().getOut().println(HexFormat.of().formatHex(secret));
        return 0;
    }
}
