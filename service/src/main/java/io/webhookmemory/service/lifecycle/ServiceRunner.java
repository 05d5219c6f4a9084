package io.webhookmemory.service.lifecycle;

import io.webhookmemory.service.build.BuildInfo;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.InvalidSettingsException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one service as a process.
 *
 * <p>Exit codes: 0 after SIGTERM or SIGINT and an orderly stop, 1 after a fatal error, 2 for bad settings. By default,
 * the JVM exits with 143 or 130 after a signal, which an orchestrator takes for a crash; halting at the end of the
 * shutdown hook replaces that code. A service that is stopped during its start also exits with 0, whatever the
 * interrupted start reports.
 */
public final class ServiceRunner {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceRunner.class);
    private static final int FATAL = 1;
    private static final int BAD_SETTINGS = 2;

    private ServiceRunner() {}

    public static void run(String name, Function<Environment, ? extends PipelineService> factory) {
        LOG.atInfo()
                .addKeyValue("service", name)
                .addKeyValue("version", BuildInfo.current().version())
                .addKeyValue("commit", BuildInfo.current().commit())
                .log("starting");
        PipelineService service = create(name, factory);
        AtomicInteger exitCode = new AtomicInteger();
        AtomicBoolean stopping = new AtomicBoolean();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            stopping.set(true);
                            service.close();
                            Runtime.getRuntime().halt(exitCode.get());
                        },
                        "shutdown"));
        if (start(name, service, stopping)) {
            try {
                service.terminated().join();
            } catch (CompletionException e) {
                LOG.atError()
                        .addKeyValue("service", name)
                        .setCause(e.getCause())
                        .log("fatal error");
                exitCode.set(FATAL);
            }
        } else {
            exitCode.set(FATAL);
        }
        System.exit(exitCode.get());
    }

    /** @return false if the service cannot start; this has been reported */
    private static boolean start(String name, PipelineService service, AtomicBoolean stopping) {
        try {
            service.start();
        } catch (RuntimeException | Error e) {
            if (stopping.get()) {
                LOG.atInfo()
                        .addKeyValue("service", name)
                        .addKeyValue("reason", e)
                        .log("stopped while starting");
            } else if (e instanceof StartupException) {
                tell(name, e.getMessage());
                return false;
            } else {
                LOG.atError().addKeyValue("service", name).setCause(e).log("cannot start");
                System.err.println(name + ": cannot start: " + e);
                return false;
            }
        }
        return true;
    }

    private static PipelineService create(String name, Function<Environment, ? extends PipelineService> factory) {
        try {
            return factory.apply(Environment.ofProcess());
        } catch (InvalidSettingsException e) {
            System.err.println(name + ": fix these settings first:");
            e.problems().forEach(problem -> System.err.println("  - " + problem));
            System.exit(BAD_SETTINGS);
            throw e;
        } catch (StartupException e) {
            tell(name, e.getMessage());
            System.exit(FATAL);
            throw e;
        } catch (KafkaException e) {
            refuse(name, rootOf(e).getMessage());
            throw e;
        }
    }

    /** Reports that a Kafka client cannot be created. */
    private static void refuse(String name, String reason) {
        if (reason != null && reason.startsWith("No resolvable bootstrap urls")) {
            // Retry may help: in a container network, a stopped broker has no name.
            tell(name, "no broker of KAFKA_BOOTSTRAP_SERVERS can be found by its name");
            System.exit(FATAL);
        }
        // For example, a certificate file is missing.
        System.err.println(name + ": a KAFKA_* variable cannot be used: " + reason);
        System.exit(BAD_SETTINGS);
    }

    private static void tell(String name, String reason) {
        LOG.atError().addKeyValue("service", name).log("cannot start: {}", reason);
        System.err.println(name + ": cannot start: " + reason);
    }

    private static Throwable rootOf(Throwable error) {
        return error.getCause() == null ? error : rootOf(error.getCause());
    }
}
