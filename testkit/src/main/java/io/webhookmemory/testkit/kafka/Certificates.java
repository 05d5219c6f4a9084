package io.webhookmemory.testkit.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate authority and a server certificate for {@code localhost}, created by the JDK's keytool and valid for
 * two days.
 *
 * @param keyStore PKCS12: the server's key with its chain, and the authority
 * @param authority PEM: what clients trust
 * @param password of the key store
 */
public record Certificates(Path keyStore, Path authority, String password) {
    private static final String PASSWORD_VARIABLE = "STORE_PASSWORD";

    /** Writes all files into the directory. */
    public static Certificates create(Path directory, String password) {
        Path authorityStore = directory.resolve("authority.p12");
        Certificates made =
                new Certificates(directory.resolve("broker.p12"), directory.resolve("authority.pem"), password);
        Path request = directory.resolve("broker.csr");
        Path certificate = directory.resolve("broker.pem");
        made.keyPair(authorityStore, "authority", "CN=Authority for one test", "-ext", "bc:c");
        made.keyPair(made.keyStore, "broker", "CN=localhost");
        made.keytool(authorityStore, "-exportcert", "-rfc", "-alias", "authority", "-file", made.authority.toString());
        made.keytool(made.keyStore, "-certreq", "-alias", "broker", "-file", request.toString());
        made.keytool(
                authorityStore,
                "-gencert",
                "-rfc",
                "-alias",
                "authority",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-validity",
                "2",
                "-infile",
                request.toString(),
                "-outfile",
                certificate.toString());
        made.keytool(
                made.keyStore, "-importcert", "-noprompt", "-alias", "authority", "-file", made.authority.toString());
        made.keytool(made.keyStore, "-importcert", "-alias", "broker", "-file", certificate.toString());
        return made;
    }

    private void keyPair(Path store, String alias, String name, String... further) {
        List<String> arguments = new ArrayList<>(List.of(
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                name,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "2"));
        arguments.addAll(List.of(further));
        keytool(store, arguments.toArray(String[]::new));
    }

    private void keytool(Path store, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12"));
        // Not as an argument, which every process of the machine could read.
        command.addAll(List.of("-storepass:env", PASSWORD_VARIABLE));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(PASSWORD_VARIABLE, password);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IllegalStateException("keytool " + arguments[0] + " failed: " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while making certificates", e);
        }
    }

    @Override
    public String toString() {
        return "Certificates[" + keyStore + "]";
    }
}
